"""In: picotemp-flash, an emulated board. Out: a board that serves; nothing is lost."""

import asyncio
import json
import signal
from collections.abc import Callable
from pathlib import Path

import pytest

from picotemp_tools.emulator import Place
from picotemp_tools.flash.errors import Kind
from picotemp_tools.flash.planning import program as programs
from picotemp_tools.flash.planning.program import Program
from tools.flash.flash_command import PASSWORD, installed, older, plugged, settings

FOREIGN_MAIN = b"print('mine')\n"


@pytest.fixture(scope="module")
def program() -> Program:
    """Give the program of these sources."""
    return programs.build()


async def test_an_empty_board_serves_after_one_run_and_is_up_to_date_at_the_next(
    new_place: Callable[[], Place], tmp_path: Path
) -> None:
    place = new_place()
    async with plugged(place, tmp_path) as one:
        chosen = ("ssid=emulated", "password", f"port={place.port}")
        words = ("settings", "set", *chosen)
        said = await one.flash(*words, PICOTEMP_WIFI_PASSWORD=PASSWORD)
        assert (said.code, said.out) == (0, "changed: ssid, password, port\n"), said.err
        first = await one.flash("--json")
        told = json.loads(first.out)
        assert (told["result"], told["url"]) == ("flashed", f"{one.board.url}/")
        assert -40 < told["celsius"] < 125
        await one.board.wait_until_serving()
        written = one.port.flash.programmed_bytes
        second = await one.flash("--json")
        assert json.loads(second.out)["result"] == "up_to_date"
        assert (second.code, one.port.flash.programmed_bytes) == (0, written)
        await one.board.wait_until_serving()
        assert PASSWORD not in first.out + first.err + second.out + second.err


async def test_a_full_filesystem_is_told_and_the_old_program_runs_on(
    new_place: Callable[[], Place], tmp_path: Path, program: Program
) -> None:
    place = new_place()
    mine = {"/mine.bin": bytes(690_000)}
    before = installed(older(program), place) | mine
    async with plugged(place, tmp_path, before) as one:
        said = await one.flash("--no-compile")
        assert said.code == Kind.FILESYSTEM_FULL
        assert said.err.startswith("picotemp-flash: the board's filesystem is full: ")
        await one.board.wait_until_serving()
        assert one.files().items() >= before.items()


async def test_a_foreign_main_is_replaced_only_where_somebody_agrees(
    new_place: Callable[[], Place],
    tmp_path: Path,
    program: Program,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.chdir(tmp_path)
    place = new_place()
    before = {"/main.py": FOREIGN_MAIN, "/settings.json": settings(place)}
    async with plugged(place, tmp_path, before) as one:
        said = await one.flash()
        assert (said.code, one.files()) == (Kind.NOT_AGREED, before)
        said = await one.flash("--yes")
        assert said.code == 0, said.err
        await one.board.wait_until_serving()
        assert one.files()["/main.py"] == program.main
        kept = tmp_path / "main.py.from-the-board"
        assert kept.read_bytes() == FOREIGN_MAIN


@pytest.mark.parametrize("fault", ["changed", "cut off", "gone", "pointer", "more"])
async def test_what_was_damaged_on_the_board_is_repaired(
    new_place: Callable[[], Place], tmp_path: Path, program: Program, fault: str
) -> None:
    place = new_place()
    files = installed(program, place)
    path = f"/app/{program.folder}/picotemp/app.mpy"
    match fault:
        case "changed":
            files[path] = files[path][:-1] + b"?"
        case "cut off":
            files[path] = files[path][:9]
        case "gone":
            del files[path]
        case "pointer":
            files["/app/current"] = b"0123456789ab\n"
        case "more":
            files[f"/app/{program.folder}/picotemp/app.py"] = b"raise SystemExit\n"
    async with plugged(place, tmp_path, files) as one:
        said = await one.flash()
        assert said.code == 0, said.err
        await one.board.wait_until_serving()
        left = one.files()
        folder = left["/app/current"].decode().strip()
        whole = {f"/app/{folder}/{p}": it for p, it in program.files.items()}
        in_app = {p: it for p, it in left.items() if p.startswith("/app/")}
        assert in_app == whole | {"/app/current": f"{folder}\n".encode()}
        assert left["/settings.json"] == settings(place)


@pytest.mark.parametrize("cut", ["reset", "power"])
async def test_a_board_that_is_cut_off_in_the_middle_is_gone_on_with(
    new_place: Callable[[], Place], tmp_path: Path, program: Program, cut: str
) -> None:
    place = new_place()
    old = older(program)
    async with plugged(place, tmp_path, installed(old, place)) as one:
        process = await one.begin("--json")
        begun = one.port.flash.programmed_bytes
        await one.sent(begun + 9000)
        if cut == "reset":
            one.board.press_reset()
        else:
            one.board.power_cut()
            await asyncio.sleep(0.5)
            one.board.power_on()
        out, err = await process.communicate()
        assert process.returncode == 0, err.decode()
        assert json.loads(out)["result"] == "flashed"
        assert one.files()["/app/current"].decode().strip() == program.folder


@pytest.mark.parametrize("cut", [signal.SIGINT, signal.SIGTERM, signal.SIGKILL])
async def test_cut_off_on_the_host_the_board_has_one_program_and_a_second_run_ends_it(
    new_place: Callable[[], Place], tmp_path: Path, program: Program, cut: int
) -> None:
    place = new_place()
    old = older(program)
    async with plugged(place, tmp_path, installed(old, place)) as one:
        begun = one.port.flash.programmed_bytes
        process = await one.begin()
        await one.sent(begun + 9000)
        process.send_signal(cut)
        _, err = await process.communicate()
        if cut != signal.SIGKILL:
            # Nobody has to pull the plug: the board serves again.
            assert process.returncode == Kind.INTERRUPTED, err
            await one.board.wait_until_serving()
        assert one.files()["/app/current"].decode().strip() == old.folder
        said = await one.flash()
        assert said.code == 0, said.err
        assert one.files()["/app/current"].decode().strip() == program.folder


async def test_settings_that_the_board_cannot_use_are_named_and_give_their_exit_code(
    new_place: Callable[[], Place], tmp_path: Path, program: Program
) -> None:
    place = new_place()
    files = installed(program, place) | {"/settings.json": b'{"ssid": "x", "port": 0}'}
    async with plugged(place, tmp_path, files) as one:
        for words in ((), ("--dry-run",)):
            said = await one.flash("--json", *words)
            told = json.loads(said.out)
            if not words:
                assert said.code == Kind.BAD_SETTINGS
                wrong = "port: expected a whole number from 1 to 65535"
                assert f"not good in its settings: {wrong}" in told["notes"]
        assert (told["result"], said.code) == ("planned", 0)
        assert (told["plan"]["sends"], told["plan"]["folder"]) == (0, program.folder)


async def test_a_terminal_without_a_degree_sign_is_no_obstacle(
    new_place: Callable[[], Place], tmp_path: Path, program: Program
) -> None:
    place = new_place()
    async with plugged(place, tmp_path, installed(older(program), place)) as one:
        said = await one.flash(PYTHONIOENCODING="ascii")
        assert (said.code, said.err) == (0, "")
        assert " ?C at http://" in said.out
