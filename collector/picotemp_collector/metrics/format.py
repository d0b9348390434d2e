"""In: nothing. Out: the two formats that Prometheus reads and we write."""

from enum import Enum, auto


class Format(Enum):
    """How samples are written down."""

    TEXT = auto()
    OPENMETRICS = auto()
