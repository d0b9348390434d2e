"""In: requests. Out: answers of a board that reads whatever comes."""

from . import right


class Server(right.Server):
    """Wrong: a line or a body of any size is read, on a chip with 200 KB."""

    head_most_bytes = 1_000_000
    body_most_bytes = 1_000_000
