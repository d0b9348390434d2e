"""In: the firmware, a loopback network. Out: emulated Pico Ws, true to real ones."""

from .board import EmulatedBoard
from .flash_image import FlashImage
from .place import Place
from .serial_port import SerialPort

__all__ = ["EmulatedBoard", "FlashImage", "Place", "SerialPort"]
