"""In: the boards found, a way to ask one. Out: the list of them, for people, programs.

The words of `state` and the keys of the list for programs stay; a script may rely on
them.
"""

import dataclasses
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from rich.table import Table
from rich.text import Text

from ..errors import FlashError, Kind
from . import supported
from .ports import NO_BOARD, Board, State, require_ready

STATES = {
    State.READY: "ready",
    State.NO_PERMISSION: "no_permission",
    State.BUSY: "busy",
    State.BOOTLOADER: "bootloader",
    State.OTHER: "not_micropython",
}
REFUSALS = {
    Kind.NO_PERMISSION: "no_permission",
    Kind.BUSY: "busy",
    Kind.MICROPYTHON_TOO_OLD: "too_old",
    Kind.WRONG_BOARD: "wrong_board",
}

# Gives a port's (version of MicroPython, machine, unique id), or raises FlashError.
Identify = Callable[[str], tuple[str, str, str]]


@dataclass(frozen=True)
class Row:
    """A board, as the list tells it."""

    port: str | None
    drive: str | None
    state: str
    micropython: str | None = None
    machine: str | None = None
    serial_number: str | None = None
    remedy: str | None = None

    @property
    def place(self) -> str:
        """Give where it is."""
        return self.port or self.drive or "USB"

    @property
    def text(self) -> str:
        """Give its state in words."""
        drive = f"drive {self.drive}" if self.drive else "drive not mounted"
        return {
            "ready": f"MicroPython {self.micropython} on {_board(self.machine)}",
            "too_old": f"MicroPython {self.micropython}, too old",
            "wrong_board": f"not a Pico W: {self.machine or 'it does not say what'}",
            "bootloader": f"bootloader mode ({self.machine}), {drive}",
            "not_micropython": "not MicroPython",
            "no_permission": f"no permission: {self.remedy}",
            "busy": f"busy: {self.remedy}",
        }[self.state]


def rows(boards: Iterable[Board], identify: Identify) -> list[Row]:
    """Give each board's state; those that are ready are asked."""
    found = (_row(board, identify) for board in boards)
    return [row for row in found if row is not None]


def as_json(rows: Iterable[Row]) -> list[dict[str, str | None]]:
    """Give the list for programs."""
    return [dataclasses.asdict(row) for row in rows]


def table(rows: Sequence[Row]) -> Table | Text:
    """Give the list for a terminal."""
    if not rows:
        return Text(NO_BOARD)
    made = Table("Where", "What", "Serial number")
    for row in rows:
        # A Text's brackets are no markup.
        made.add_row(Text(row.place), Text(row.text), Text(row.serial_number or ""))
    return made


def lines(rows: Sequence[Row]) -> list[str]:
    """Give the list where there is no terminal."""
    if not rows:
        return [NO_BOARD]
    return [
        f"{row.place}: {row.text}"
        + (f" (serial number {row.serial_number})" if row.serial_number else "")
        for row in rows
    ]


def _row(board: Board, identify: Identify) -> Row | None:
    row = Row(
        board.port,
        str(board.drive) if board.drive else None,
        STATES[board.state],
        machine=board.chip,
        serial_number=supported.shown(board.serial_number or "") or None,
        remedy=board.remedy or None,
    )
    return _asked(row, board, identify) if board.state is State.READY else row


def _asked(row: Row, board: Board, identify: Identify) -> Row | None:
    try:
        version, machine, unique_id = identify(require_ready(board))
        row = dataclasses.replace(
            row,
            micropython=supported.shown(version),
            machine=supported.shown(machine),
            serial_number=row.serial_number or supported.shown(unique_id) or None,
        )
        supported.require(supported.version_of(version), machine)
    except FlashError as error:
        if error.kind is Kind.NO_PORT:  # unplugged meanwhile
            return None
        state = REFUSALS.get(error.kind, "not_micropython")
        return dataclasses.replace(row, state=state, remedy=str(error))
    return row


def _board(machine: str | None) -> str:
    return (machine or "").partition(" with ")[0]
