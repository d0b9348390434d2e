"""In: requests. Out: answers of a board that is pleased with itself."""

from . import right


class Server(right.Server):
    """Wrong: whatever is answered counts as a 200."""

    def count(self, status: int) -> None:
        """Count it, and not what it was."""
        super().count(min(status, 200))
