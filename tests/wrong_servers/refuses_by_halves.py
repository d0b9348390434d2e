"""In: requests. Out: answers of a board whose refusal promises more than it sends."""

from . import right


class Server(right.Server):
    """Wrong: the 503 ends before its Content-Length."""

    def render(
        self, status: int, body: str, headers: dict[str, str], is_head: bool
    ) -> bytes:
        """Lose the last bytes of a refusal."""
        answer = super().render(status, body, headers, is_head)
        return answer[:-5] if status == 503 else answer
