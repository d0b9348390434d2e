"""In: requests. Out: answers of a board that sends a float as it is."""

import json

from . import right


class Server(right.Server):
    """Wrong: digits far beyond what a 12-bit converter knows."""

    def reading(self) -> str:
        """Do not round."""
        return json.dumps({"tempC": self.celsius, "tempF": self.celsius * 1.8 + 32})
