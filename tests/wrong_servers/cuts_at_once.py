"""In: requests. Out: answers of a board that has no patience."""

from . import right


class Server(right.Server):
    """Wrong: a slow client loses its connection after one second."""

    life_seconds = 1.0
