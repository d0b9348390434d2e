"""In: requests. Out: answers of a board that knows a header by one spelling."""

from . import right


class Server(right.Server):
    """Wrong: header names count in any case."""

    def is_length(self, name: str) -> bool:
        """Compare letter by letter."""
        return name == "Content-Length"
