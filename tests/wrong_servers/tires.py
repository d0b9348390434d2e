"""In: requests. Out: answers of a board whose memory lasts for forty of them."""

from . import right

LAST = 40


class Server(right.Server):
    """Wrong: what each request takes is not given back."""

    def __init__(self) -> None:
        super().__init__()
        self._answered = 0

    def route(self, request: right.Request) -> tuple[int, str, dict[str, str]]:
        """Fail for want of memory after a while."""
        self._answered += 1
        if self._answered > LAST:
            return 500, right.error("memory allocation failed"), {}
        return super().route(request)
