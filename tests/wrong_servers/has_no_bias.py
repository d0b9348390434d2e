"""In: requests. Out: answers of a board whose temperature diode lost its bias."""

from . import right


class Server(right.Server):
    """Wrong: 413 °C is passed on, though no die lives to tell it."""

    celsius = 413.2
