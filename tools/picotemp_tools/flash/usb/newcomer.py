"""In: the boards before and since. Out: the new one with MicroPython, once usable."""

from collections.abc import Callable, Iterable, Sequence

from ..errors import FlashError, Kind
from .ports import Board, State, choose, require_ready
from .wire import SETTLE_SECONDS

COME_UP_SECONDS = 60
POLL_SECONDS = 0.25
COMING = (State.READY, State.NO_PERMISSION, State.BUSY)

Find = Callable[[], Sequence[Board]]


def wait(
    find: Find,
    before: Iterable[Board],
    clock: Callable[[], float],
    sleep: Callable[[float], None],
) -> Board:
    """Wait for the one new board that can be talked to; raise FlashError if none."""
    known = {_identity(board) for board in before if board.port}
    end_seconds, seen_seconds = clock() + COME_UP_SECONDS, None
    while True:
        new = [board for board in find() if _is_coming(board, known)]
        now_seconds = clock()
        if not new:
            seen_seconds = None
            if now_seconds >= end_seconds:
                raise _none_came()
        else:
            seen_seconds = now_seconds if seen_seconds is None else seen_seconds
            is_settled = now_seconds - seen_seconds >= SETTLE_SECONDS
            if is_settled or all(board.state is State.READY for board in new):
                return _usable(new)
        sleep(POLL_SECONDS)


def _identity(board: Board) -> str | None:
    # Another board's port may change its name meanwhile.
    return board.serial_number or board.port


def _is_coming(board: Board, known: set[str | None]) -> bool:
    return board.state in COMING and _identity(board) not in known


def _usable(new: Sequence[Board]) -> Board:
    board = choose(new)
    require_ready(board)
    return board


def _none_came() -> FlashError:
    return FlashError(
        Kind.DID_NOT_COME_UP,
        f"MicroPython did not come up within {COME_UP_SECONDS} seconds: unplug the "
        "board, plug it in again; where picotemp-flash list does not show MicroPython "
        "then, hold BOOTSEL while plugging it in, and run this again",
    )
