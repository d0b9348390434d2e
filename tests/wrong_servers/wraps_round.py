"""In: requests. Out: answers of a board whose die is hotter than 16 bits tell."""

import json

from . import right

SMALLEST_MILLIDEGREES = -32768
MILLIDEGREES_IN_16_BITS = 65536


class Server(right.Server):
    """Wrong: millidegrees in 16 bits, so 45.3 °C is shown as -20.24 °C."""

    celsius = 45.3

    def reading(self) -> str:
        """Wrap °C round above 32.767, and take °F from before."""
        above_smallest = round(self.celsius * 1000) - SMALLEST_MILLIDEGREES
        wrapped = above_smallest % MILLIDEGREES_IN_16_BITS + SMALLEST_MILLIDEGREES
        fahrenheit = round(self.celsius * 1.8 + 32, 2)
        return json.dumps({"tempC": round(wrapped / 1000, 2), "tempF": fahrenheit})
