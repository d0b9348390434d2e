"""In: the host's serial ports and drives. Out: each board found, its state, the one."""

import os
from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum
from pathlib import Path

from ..errors import FlashError, Kind
from .access import holder, refusal
from .drives import BOOTLOADERS, VENDOR, mount_remedy, waiting
from .host import Host
from .supported import page

MICROPYTHON = 0x0005
LOOKS_MOST = 5
NO_BOARD = (
    "no board is connected: plug it in with a cable that carries data (many only "
    "charge)"
)


class State(Enum):
    """What can be done with a board, as far as the host can tell."""

    READY = "MicroPython"
    NO_PERMISSION = "no permission"
    BUSY = "busy"
    BOOTLOADER = "bootloader mode"
    OTHER = "not MicroPython"


KINDS = {
    State.NO_PERMISSION: Kind.NO_PERMISSION,
    State.BUSY: Kind.BUSY,
    State.BOOTLOADER: Kind.BOOTLOADER_MODE,
    State.OTHER: Kind.NOT_MICROPYTHON,
}


@dataclass(frozen=True)
class Board:
    """A board on USB; `remedy` says what to do where it is not ready."""

    state: State
    port: str | None = None
    drive: Path | None = None
    chip: str | None = None
    serial_number: str | None = None
    remedy: str = ""

    def __str__(self) -> str:
        """Give it as one line of a list."""
        place = self.port or self.drive or "USB"
        serial_number = f", serial number {self.serial_number}"
        return (
            f"{place} ({self.state.value}{serial_number if self.serial_number else ''})"
        )


def find(host: Host, port: str | None = None) -> list[Board]:
    """List the boards of a host; a port that is named is one, whatever it is."""
    for _ in range(LOOKS_MOST):
        try:
            return _find(host, port)
        except FileNotFoundError:
            pass  # one has just gone
    return []


def choose(
    boards: Sequence[Board], port: str | None = None, serial_number: str | None = None
) -> Board:
    """Give the one board that is meant; FlashError lists all where it is not clear."""
    chosen = [
        board
        for board in boards
        if (not port or _is_at(board, port))
        and (not serial_number or board.serial_number == serial_number)
    ]
    if not port and not serial_number:
        ours = [board for board in chosen if board.state is not State.OTHER]
        chosen = ours or chosen
    if len(chosen) == 1:
        return chosen[0]
    if chosen:
        text = "name one with --port or --serial-number"
        raise FlashError(Kind.SEVERAL_BOARDS, f"{_list(chosen)}; {text}")
    raise FlashError(Kind.NO_PORT, _why_none(boards, port, serial_number))


def require_ready(board: Board) -> str:
    """Give the port of a board that can be talked to, else raise the remedy."""
    if board.state is State.READY and board.port:
        return board.port
    raise FlashError(KINDS[board.state], board.remedy)


def _find(host: Host, port: str | None) -> list[Board]:
    boards = []
    for found in host.serial_ports():
        if found.vid == VENDOR and found.pid == MICROPYTHON:
            boards.append(_usable(found.device, found.serial_number, host))
        elif found.vid == VENDOR and found.pid not in BOOTLOADERS:
            boards.append(_foreign(found.device, found.serial_number))
    if port and not any(_is_at(board, port) for board in boards):
        # Neither an emulated board nor one on a network has a USB identity.
        if "://" in port:
            boards.append(Board(State.READY, port))
        elif host.exists(port):
            boards.append(_usable(_real(port), None, host))
    return boards + _waiting(host)


def _usable(port: str, serial_number: str | None, host: Host) -> Board:
    state, remedy = State.READY, ""
    if refused := refusal(port, host):
        state, remedy = State.NO_PERMISSION, refused
    elif holding := holder(port, host.root):
        remedy = f"{holding.name} (process {holding.pid}) uses {port}: close it"
        state = State.BUSY
    return Board(state, port, serial_number=serial_number, remedy=remedy)


def _foreign(port: str, serial_number: str | None) -> Board:
    remedy = (
        f"what runs on the board at {port} is not MicroPython: hold BOOTSEL while "
        "plugging it in, then flash with --uf2 FILE"
    )
    return Board(State.OTHER, port, serial_number=serial_number, remedy=remedy)


def _waiting(host: Host) -> list[Board]:
    return [
        Board(
            State.BOOTLOADER,
            drive=found.drive,
            chip=found.chip,
            serial_number=found.serial_number,
            remedy=_download(found.chip, found.drive),
        )
        for found in waiting(host)
    ]


def _download(chip: str, drive: Path | None) -> str:
    text = f"the board ({chip}) at {drive} is in bootloader mode:"
    return (
        f"{text if drive else mount_remedy(chip) + '; then'} download the latest "
        f"release's .uf2 from {page(chip)}, then: picotemp-flash --uf2 FILE"
    )


def _real(path: str | Path) -> str:
    try:
        return os.path.realpath(path)
    except OSError:
        return str(path)  # a link that goes while it is read


def _is_at(board: Board, port: str) -> bool:
    place = board.port or (str(board.drive) if board.drive else None)
    if place is None or "://" in port:
        return place == port
    return _real(place) == _real(port)


def _why_none(
    boards: Sequence[Board], port: str | None, serial_number: str | None
) -> str:
    if not port and not serial_number:
        return NO_BOARD
    wanted = f"at {port}" if port else f"with serial number {serial_number}"
    if port and serial_number:
        wanted += f" with serial number {serial_number}"
    text = f"there is no board {wanted} ({_list(boards)})"
    return f"{text}: plug it in, or name another with --port"


def _list(boards: Sequence[Board]) -> str:
    if not boards:
        return "none is connected"
    listed = ", ".join(str(board) for board in boards)
    return f"there {'is' if len(boards) == 1 else 'are'} {listed}"
