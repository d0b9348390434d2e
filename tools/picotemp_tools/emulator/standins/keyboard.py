"""In: the character that is Ctrl-C. Out: a terminal that says so to the emulator."""

from .tether import builtin as _builtin

_STDOUT = 1
_OFLAG = 1
_OPOST = 1
_CTRL_C = 3


def kbd_intr(chr: int) -> None:
    """Choose it; -1 is none: what is read and printed is bytes then."""
    termios = _builtin("termios")
    attributes = termios.tcgetattr(_STDOUT)
    attributes[_OFLAG] = attributes[_OFLAG] & ~_OPOST
    if chr == _CTRL_C:
        attributes[_OFLAG] |= _OPOST
    termios.tcsetattr(_STDOUT, termios.TCSANOW, attributes)
