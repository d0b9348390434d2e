"""In: requests. Out: answers of a board without a limit on connections."""

from . import right


class Server(right.Server):
    """Wrong: ten in service at once, and never a 503."""

    slots = 10
    answer_seconds = 0.2
