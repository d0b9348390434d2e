"""In: a tether to the emulator. Out: the modules that only the chip has.

Run by MicroPython, never uploaded to a board; they offer nothing the board lacks.
"""
