"""In: requests. Out: answers of a board without a limit on time."""

from . import right


class Server(right.Server):
    """Wrong: a silent client keeps its slot for a minute."""

    life_seconds = 60.0
