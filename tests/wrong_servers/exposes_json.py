"""In: requests. Out: answers of a board that calls everything by one type."""

from . import right


class Server(right.Server):
    """Wrong: an exposition under the name of JSON, which Prometheus refuses."""

    def route(self, request: right.Request) -> tuple[int, str, dict[str, str]]:
        """Leave the type as it always is."""
        status, body, headers = super().route(request)
        return status, body, {} if status == 200 else headers
