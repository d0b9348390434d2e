"""In: requests. Out: answers of a board that sends its numbers as text."""

from . import right


class Server(right.Server):
    """Wrong: strings, which read well and break every sum."""

    def reading(self) -> str:
        """Give text where numbers belong."""
        return '{"tempC": "27.04", "tempF": "80.68"}'
