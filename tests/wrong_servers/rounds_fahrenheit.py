"""In: requests. Out: answers of a board that shows °F to the degree."""

from . import right


class Server(right.Server):
    """Wrong: the two values disagree by 0.32 °F."""

    def reading(self) -> str:
        """Round one value and not the other."""
        return '{"tempC": 27.04, "tempF": 81}'
