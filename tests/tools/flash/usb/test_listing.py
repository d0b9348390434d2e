"""In: boards in each state. Out: the list, for people and for programs."""

import io
from pathlib import Path

import pytest
from rich.console import Console

from picotemp_tools.flash.errors import FlashError, Kind
from picotemp_tools.flash.usb.listing import Row, as_json, lines, rows, table
from picotemp_tools.flash.usb.ports import Board, State

PICO_W = "Raspberry Pi Pico W with RP2040"
PORT = "/dev/ttyACM0"
READY = Board(State.READY, PORT)
NONE = "no board is connected: plug it in with a cable that carries data"


def says(
    version: str = "1.29.0", machine: str = PICO_W, kind: Kind | None = None
) -> list[Row]:
    def identify(port: str) -> tuple[str, str, str]:
        assert port == PORT
        if kind is not None:
            raise FlashError(kind, "do that")
        return version, machine, "e661a4"

    return rows([READY], identify)


def never(port: str) -> tuple[str, str, str]:
    raise AssertionError(port)


@pytest.mark.parametrize(
    ("found", "state", "text"),
    [
        (says(), "ready", "MicroPython 1.29.0 on Raspberry Pi Pico W"),
        (says("1.25.0"), "too_old", "MicroPython 1.25.0, too old"),
        (
            says(machine="Raspberry Pi Pico with RP2040"),
            "wrong_board",
            "not a Pico W: Raspberry Pi Pico with RP2040",
        ),
        (says(machine=""), "wrong_board", "not a Pico W: it does not say what"),
        (says(kind=Kind.BUSY), "busy", "busy: do that"),
        (says(kind=Kind.NO_PERMISSION), "no_permission", "no permission: do that"),
        (says(kind=Kind.NOT_MICROPYTHON), "not_micropython", "not MicroPython"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_a_board_that_can_be_asked_is_told_as_what_it_says(
    found: list[Row], state: str, text: str
) -> None:
    assert [(row.state, row.text) for row in found] == [(state, text)]
    assert (found[0].remedy is None) == (state == "ready")


@pytest.mark.parametrize(
    ("board", "state", "text"),
    [
        (
            Board(State.BOOTLOADER, drive=Path("/media/x/RPI-RP2"), chip="RP2040"),
            "bootloader",
            "bootloader mode (RP2040), drive /media/x/RPI-RP2",
        ),
        (
            Board(State.BOOTLOADER, chip="RP2350"),
            "bootloader",
            "bootloader mode (RP2350), drive not mounted",
        ),
        (Board(State.OTHER, PORT), "not_micropython", "not MicroPython"),
        (
            Board(State.NO_PERMISSION, PORT, remedy="join"),
            "no_permission",
            "no permission: join",
        ),
        (Board(State.BUSY, PORT, remedy="close it"), "busy", "busy: close it"),
    ],
)
def test_a_board_that_cannot_be_asked_is_told_as_what_the_host_sees(
    board: Board, state: str, text: str
) -> None:
    assert [(row.state, row.text) for row in rows([board], never)] == [(state, text)]


def test_a_board_that_is_unplugged_meanwhile_is_not_told() -> None:
    assert says(kind=Kind.NO_PORT) == []


def test_one_board_that_fails_hides_no_other() -> None:
    other = Board(State.BUSY, "/dev/ttyACM1", remedy="close it")

    def identify(_: str) -> tuple[str, str, str]:
        raise FlashError(Kind.NOT_MICROPYTHON, "do that")

    found = rows([READY, other], identify)
    assert [row.state for row in found] == ["not_micropython", "busy"]


def test_programs_get_the_same_keys_of_each_board() -> None:
    bootloader = Board(State.BOOTLOADER, drive=Path("/media/x"), chip="RP2040")
    assert as_json([*says(), *rows([bootloader], never)]) == [
        {
            "port": PORT,
            "drive": None,
            "state": "ready",
            "micropython": "1.29.0",
            "machine": PICO_W,
            "serial_number": "e661a4",
            "remedy": None,
        },
        {
            "port": None,
            "drive": "/media/x",
            "state": "bootloader",
            "micropython": None,
            "machine": "RP2040",
            "serial_number": None,
            "remedy": None,
        },
    ]


def test_a_list_is_a_table_on_a_terminal_and_lines_elsewhere() -> None:
    found = says("1.29.0-preview[bold]")
    text = "MicroPython 1.29.0-preview[bold] on Raspberry Pi Pico W"
    assert lines(found) == [f"{PORT}: {text} (serial number e661a4)"]
    shown = io.StringIO()
    Console(file=shown, width=120).print(table(found))
    row = shown.getvalue().splitlines()[3]
    assert [cell.strip() for cell in row.strip("│").split("│")] == [
        PORT,
        text,
        "e661a4",
    ]


def test_no_board_is_told_with_what_to_check() -> None:
    shown = io.StringIO()
    Console(file=shown, width=120).print(table([]))
    assert lines([]) == [f"{NONE} (many only charge)"]
    assert shown.getvalue() == f"{NONE} (many only charge)\n"
    assert as_json([]) == []


def test_what_a_board_says_moves_no_cursor() -> None:
    found = says("1.29.0\x1b[2J", "\x1b[2J")
    told = [*lines(found), *(str(value) for value in as_json(found)[0].values())]
    assert not any("\x1b" in text for text in told)
