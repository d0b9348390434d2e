"""In: requests. Out: answers of a board that says no, and not what else."""

from . import right


class Server(right.Server):
    """Wrong: a 405 without Allow, as some frameworks send it."""

    def route(self, request: right.Request) -> tuple[int, str, dict[str, str]]:
        """Drop that header."""
        status, body, headers = super().route(request)
        return status, body, {} if status == 405 else headers
