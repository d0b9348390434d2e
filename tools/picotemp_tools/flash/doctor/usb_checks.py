"""In: the board that is meant. Out: a session with it, else what keeps one from it."""

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from typing import Protocol

from ..board.executor import Orders
from ..errors import FlashError, Kind
from ..usb.ports import Board, State
from .chart import Chart

# What is known once there is a session, in order, and the kind that each excludes.
PASSED = {
    "permission": (Kind.NO_PERMISSION, "this user may open it"),
    "use": (Kind.BUSY, "no other program holds it"),
    "mode": (Kind.BOOTLOADER_MODE, "not in bootloader mode"),
    "micropython": (Kind.NOT_MICROPYTHON, "it answers"),
}
# Of these the system tells no more than that they are there.
UNTRIED = (State.BOOTLOADER, State.OTHER)

OpenSession = AbstractContextManager[Orders]


class Reach(Protocol):
    """The board that is meant, as reach.py has it."""

    def board(self) -> Board:
        """Find it."""

    def session(self) -> OpenSession:
        """Interrupt its program; it starts anew at the end."""


@contextmanager
def session(reach: Reach, chart: Chart) -> Iterator[Orders]:
    """Go from the cable to a session; raise OverError where there is no way."""
    with chart.check("port") as seen:
        board = reach.board()
        seen.detail = str(board)
    if board.state in UNTRIED:
        chart.skip_to("mode")
    opened, error = _opened(reach)
    with opened as orders:
        _note_passed(chart, error)
        if orders is None:
            raise AssertionError("where there is no session, there was an error")
        yield orders


def _opened(
    reach: Reach,
) -> tuple[AbstractContextManager[Orders | None], FlashError | None]:
    try:
        return reach.session(), None
    except FlashError as error:
        return nullcontext(), error


def _note_passed(chart: Chart, error: FlashError | None) -> None:
    last = [*PASSED][-1]
    for name, (kind, detail) in PASSED.items():
        if chart.has(name):
            continue
        with chart.check(name) as seen:
            # Whatever else it is, the board cannot be talked to.
            if error and (error.kind is kind or name == last):
                raise error
            seen.detail = detail
