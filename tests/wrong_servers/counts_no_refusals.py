"""In: requests. Out: answers of a board that forgets whom it turned away."""

from . import right


class Server(right.Server):
    """Wrong: the count of the refused stands still."""

    def told(self) -> dict[str, object]:
        """Say that there were none."""
        return super().told() | {"rejected_total": 0}
