"""In: requests. Out: answers of a board that takes every method for GET."""

from . import right


class Server(right.Server):
    """Wrong: DELETE gets a reading, and HEAD gets a body."""

    def request(self, line: str) -> right.Request:
        """Look at the path alone."""
        return super().request(line)._replace(method="GET")
