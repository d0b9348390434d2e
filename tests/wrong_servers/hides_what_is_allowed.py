"""In: requests. Out: answers of a board that says no, and not what else."""

from . import right


class Server(right.Server):
    """Wrong: a 405 without Allow, as some frameworks send it."""

    def route(self, request: right.Request) -> tuple[int, str, dict[str, str]]:
        """Drop the further headers."""
        status, body, _ = super().route(request)
        return status, body, {}
