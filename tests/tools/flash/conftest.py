"""In: a test. Out: an emulated board with a serial port."""

from tools.emulator.port import ported, serving

__all__ = ["ported", "serving"]
