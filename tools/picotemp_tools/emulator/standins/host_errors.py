"""In: an error of the host's sockets. Out: the same with the board's number."""

import sys

EAGAIN = 11
_EAGAIN_OF_MACOS = 35


def as_on_board(error: OSError) -> OSError:
    """Translate what the firmware tells apart; Linux has the board's numbers."""
    if sys.platform == "darwin" and error.errno == _EAGAIN_OF_MACOS:
        return OSError(EAGAIN)
    return error
