"""In: requests. Out: answers of a board that says more than it should."""

from . import right


class Server(right.Server):
    """Wrong: a third key where the contract has two."""

    def reading(self) -> str:
        """Add the unit."""
        return '{"tempC": 27.04, "tempF": 80.68, "unit": "C"}'
