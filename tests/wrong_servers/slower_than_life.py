"""In: requests. Out: answers of a board whose clock takes its time."""

from . import right


class Server(right.Server):
    """Wrong, unless SLOWER says that it is: its 3 seconds last half as long again."""

    life_seconds = 4.5
