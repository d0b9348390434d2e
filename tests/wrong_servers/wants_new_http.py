"""In: requests. Out: answers of a board that has forgotten HTTP/1.0."""

from . import right


class Server(right.Server):
    """Wrong: a whole generation of small clients is refused."""

    def request(self, line: str) -> right.Request:
        """Read the request line, if it is new enough."""
        if not line.endswith("HTTP/1.1"):
            raise right.Refusal(400)
        return super().request(line)
