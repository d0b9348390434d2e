"""In: requests. Out: answers of a board whose exposition ends too early."""

from . import right


class Server(right.Server):
    """Wrong: the last line has no end, and could be half a number."""

    def metrics(self) -> str:
        """Take the end away."""
        return super().metrics().rstrip("\n")
