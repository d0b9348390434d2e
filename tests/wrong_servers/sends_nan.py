"""In: requests. Out: answers of a board that has no value and sends one."""

import json

from . import right


class Server(right.Server):
    """Wrong: NaN, which is not JSON, in place of an error."""

    celsius = float("nan")

    def reading(self) -> str:
        """Encode whatever there is."""
        return json.dumps({"tempC": self.celsius, "tempF": self.celsius})
