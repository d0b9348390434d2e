"""In: the interpreter's own sockets. Out: the least of a Pico W that serves.

Run by MicroPython alone: nothing here stands between a program and its sockets.
"""
