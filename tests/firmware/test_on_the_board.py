"""In: an emulated Pico W. Out: the firmware, unchanged, tells its die's temperature."""

import asyncio
from collections.abc import Callable
from functools import partial
from pathlib import Path

import pytest

import picotemp
from picotemp.boot import MEND
from picotemp_tools.emulator import EmulatedBoard, interpreter

from .board_client import get, info, seen, until
from .conftest import Micropython, NewBoard
from .formula import shown
from .http_answer import Answer
from .serial_line import events

FIRMWARE = Path(picotemp.__file__).parents[1]
# The emulator writes no file where no key is left.
NO_FILE = {"ssid": None, "password": None, "hostname": None}
CODES = (675, 700, 860, 864, 876, 890, 1000, 1018)


def log_of(board: EmulatedBoard) -> list[dict[str, str]]:
    """Give the structured lines of its serial log; there must be no others."""
    lines = [line for line in board.serial.lines if not line.startswith("[emulator]")]
    return events("".join(line + "\n" for line in lines))


async def test_its_flash_holds_the_firmware_byte_for_byte(board: EmulatedBoard) -> None:
    sources = {
        str(path.relative_to(FIRMWARE)): path.read_bytes()
        for path in FIRMWARE.rglob("*")
        if path.is_file() and path.suffix != ".pyc"
    }
    flash = {
        str(path.relative_to(board.flash)): path.read_bytes()
        for path in board.flash.rglob("*")
        if path.is_file()
    }
    own = {"microdot.mpy", "settings.json", "settings.json.good"}
    assert set(flash) - set(sources) == own
    assert {name: flash[name] for name in sources} == sources


async def test_micropython_runs_it(
    board: EmulatedBoard, micropython: Micropython
) -> None:
    version = interpreter.version(interpreter.find())
    assert micropython("import sys; print(sys.implementation.name)") == "micropython\n"
    print(f"MicroPython {version}")
    assert (await info(board))["micropython"] == version
    assert tuple(int(part) for part in version.split(".")) >= (1, 25, 0)


async def test_every_code_is_told_as_its_temperature(new_board: NewBoard) -> None:
    async def told(code: int) -> dict[str, object]:
        board = new_board()
        board.change(code=code)
        async with board:
            return (await get(board)).json()

    async with asyncio.TaskGroup() as group:
        asked = {code: group.create_task(told(code)) for code in CODES}
    answers = {code: task.result() for code, task in asked.items()}
    assert answers == {code: shown(code) for code in CODES}


async def test_a_change_is_told_within_seconds(board: EmulatedBoard) -> None:
    for code in (870, 1010):
        board.change(code=code)
        expected = shown(code)
        await until(board, partial(is_reading, expected))


def is_reading(expected: dict[str, object], answer: Answer) -> bool:
    """Tell whether an answer is this reading."""
    return answer.json() == expected


@pytest.mark.parametrize(
    ("fault", "reason"),
    [("fails", "the ADC failed: 5"), ("stuck", "the ADC is stuck at 65535")],
)
async def test_a_broken_adc_is_told_and_forgotten_when_it_works(
    board: EmulatedBoard, fault: str, reason: str
) -> None:
    assert (await get(board)).status == 200
    board.change(adc=fault)
    answer = await until(board, lambda answer: answer.status == 503)
    assert "retry-after" not in answer.headers
    error = str(answer.json()["error"])
    assert error.replace("[Errno 5] EIO", "5") == reason
    board.change(adc="ok", code=876)
    answer = await until(board, lambda answer: answer.status == 200)
    assert answer.json() == shown(876)
    assert board.boots == 1


async def test_its_serial_log_tells_the_start_in_order(board: EmulatedBoard) -> None:
    await board.serial.wait_for("event=joined")
    told = log_of(board)
    order = [line["event"] for line in told]
    assert order[0] == "started"
    assert order.index("joining") < order.index("joined")
    assert {"listening", "sensor_trusted"} <= set(order)
    by_name = {line["event"]: line for line in told}
    assert by_name["started"]["version"] == picotemp.__version__
    assert by_name["started"]["reset_cause"] == "power"
    assert by_name["joining"]["ssid"] == "emulated"
    assert by_name["joined"]["address"] == board.place.address
    assert by_name["listening"]["port"] == "80"
    times = [float(line["t"]) for line in told]
    assert times == sorted(times)


async def test_its_led_is_on_while_it_serves_and_blinks_for_a_request(
    board: EmulatedBoard,
) -> None:
    await seen(lambda: board.led[-1:] == [1])
    before = len(board.led)
    await get(board)
    await seen(lambda: len(board.led) >= before + 2)
    assert board.led[before : before + 2] == [0, 1]
    board.change(wifi="lost")
    await seen(lambda: board.led[-1] == 0 and len(board.led) == before + 3)
    await seen(lambda: board.led[-1] == 1)


async def test_hostname_and_country_are_set_before_the_radio_is_on(
    new_board: NewBoard,
) -> None:
    board = new_board(settings={"hostname": "pico-attic", "country": "DE"})
    told: list[list[object]] = []
    board._heard = partial(overhear, told, board._heard)  # type: ignore[method-assign]
    async with board:
        assert (await info(board))["hostname"] == "pico-attic"
    asked = [event for event in told if event[0] in ("radio", "join", "leave")]
    assert asked[0] == ["radio", "pico-attic", "DE"]
    assert [event[0] for event in asked] == ["radio", "join"]


def overhear(
    told: list[list[object]],
    hear: Callable[[list[object]], None],
    event: list[object],
) -> None:
    """Take down what the program does to its chip, and let it happen."""
    told.append(event)
    hear(event)


@pytest.mark.parametrize(
    ("chosen", "problem"),
    [
        ({"ssid": None}, "ssid: expected the network's name, 1 to 32 bytes"),
        ({"password": "secret"}, "password: expected 8 to 63 bytes"),
        ({"pasword": "secret word"}, "unknown settings: 1 (there are: "),
        (NO_FILE, "/settings.json is missing"),
    ],
)
async def test_without_usable_settings_it_says_what_to_mend_and_never_resets(
    new_board: NewBoard, chosen: dict[str, object], problem: str
) -> None:
    board = new_board(settings=chosen)
    await board.start()
    try:
        await board.serial.wait_for("mend=")
        told = log_of(board)[1:]
        assert told[0]["problem"].startswith(problem)
        assert told[1]["mend"] == MEND
        await asyncio.sleep(0.5)
        assert board.boots == 1
        assert board.state == "starting"
        assert len(log_of(board)) == 3
        assert "secret" not in "".join(board.serial.lines)
    finally:
        await board.stop()


async def test_its_program_can_live_in_the_folder_that_current_names(
    new_board: NewBoard, built_files: Path, tmp_path: Path
) -> None:
    files = tmp_path / "files"
    program = files / "app" / "0a1b2c"
    program.mkdir(parents=True)
    (files / "main.py").write_bytes((built_files / "main.py").read_bytes())
    (files / "app" / "current").write_text("0a1b2c\n")
    for name in ("picotemp", "microdot.mpy"):
        (program / name).symlink_to(built_files / name)
    async with new_board(files=files) as board:
        assert (await get(board)).status == 200
        assert not (board.flash / "picotemp").exists()
