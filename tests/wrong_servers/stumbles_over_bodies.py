"""In: requests. Out: answers of a board that never thought of a request with a body."""

from . import right


class Server(right.Server):
    """Wrong: a POST that should be told it is not allowed makes the program fail."""

    def body_bytes(self, lines: list[str]) -> int:
        """Fail where there is a body to drop."""
        if super().body_bytes(lines):
            raise right.Refusal(500)
        return 0
