"""In: requests. Out: answers of a board that has one answer for every question."""

from . import right


class Server(right.Server):
    """Wrong: a path that does not exist gets a reading."""

    def route(self, request: right.Request) -> tuple[int, str, dict[str, str]]:
        """Look at the path for /info alone."""
        known = request if request.path == "/info" else request._replace(path="/")
        return super().route(known)
