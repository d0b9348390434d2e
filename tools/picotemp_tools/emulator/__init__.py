"""In: the firmware, a loopback network. Out: emulated Pico Ws, true to real ones."""

from .board import EmulatedBoard
from .place import Place

__all__ = ["EmulatedBoard", "Place"]
