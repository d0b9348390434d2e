"""In: requests. Out: answers of a board that explains its errors to people alone."""

from . import right


class Server(right.Server):
    """Wrong: the reason of an error is no JSON."""

    def render(
        self, status: int, body: str, headers: dict[str, str], is_head: bool
    ) -> bytes:
        """Say it in HTML, under the name of JSON."""
        page = body if status in (200, 503) else f"<h1>Error {status}</h1>"
        return super().render(status, page, headers, is_head)
