"""In: the commands beside flashing, a board. Out: done, and the board serves."""

import asyncio
import contextlib
import json
import signal
import stat
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import pytest

from picotemp_tools.emulator import Place
from picotemp_tools.flash.errors import Kind
from picotemp_tools.flash.planning import program as programs
from tools.emulator.port import LIMIT_SECONDS
from tools.flash.flash_command import PASSWORD, Plugged, installed, plugged, settings


@pytest.fixture
async def one(new_place: Callable[[], Place], tmp_path: Path) -> AsyncIterator[Plugged]:
    """Give a board that serves."""
    place = new_place()
    async with plugged(place, tmp_path, installed(programs.build(), place)) as one:
        await one.board.wait_until_serving()
        yield one


async def test_settings_are_shown_changed_kept_and_put_back_without_the_password(
    one: Plugged, tmp_path: Path
) -> None:
    said = [await one.flash("settings", "get", "--json")]
    assert json.loads(said[0].out)["settings"]["ssid"] == "emulated"
    file = tmp_path / "mine.json"
    said.append(await one.flash("backup", str(file)))
    assert file.read_bytes() == settings(one.board.place)
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    said.append(await one.flash("settings", "set", "hostname=attic", "gain=1.5"))
    await one.board.wait_until_serving()
    said.append(await one.flash("settings", "get", "hostname"))
    assert said[-1].out == "attic\n"
    said.append(await one.flash("restore", str(file)))
    await one.board.wait_until_serving()
    assert one.files()["/settings.json"] == settings(one.board.place)
    assert [it.code for it in said] == [0] * 5
    assert PASSWORD not in "".join(it.out + it.err for it in said)


async def test_settings_that_are_not_good_are_all_named_and_change_nothing(
    one: Plugged,
) -> None:
    said = await one.flash("settings", "set", "port=0", "hostname=-", "country=de")
    assert (said.code, said.out) == (Kind.BAD_SETTINGS, "")
    assert [line.split(":")[-2].strip() for line in said.err.splitlines()] == [
        "country",
        "hostname",
        "port",
    ]
    assert one.files()["/settings.json"] == settings(one.board.place)


async def test_a_reset_starts_it_anew(one: Plugged) -> None:
    boots = one.board.boots
    assert (await one.flash("reset")).code == 0
    await one.board.wait_until_serving()
    assert one.board.boots > boots


async def test_it_is_erased_on_consent_only(one: Plugged) -> None:
    before = one.files()
    assert (await one.flash("erase")).code == Kind.NOT_AGREED
    assert one.files() == before
    assert (await one.flash("erase", "--yes")).code == 0
    assert one.files() == {}


async def test_the_list_says_what_runs_on_it(one: Plugged) -> None:
    said = await one.flash("list", "--json")
    (row,) = json.loads(said.out)
    assert (row["state"], row["machine"]) == (
        "ready",
        "Raspberry Pi Pico W with RP2040",
    )
    await one.board.wait_until_serving()


async def test_the_doctor_goes_from_the_cable_to_the_reading(one: Plugged) -> None:
    said = await one.flash("doctor", "--json")
    told = json.loads(said.out)
    states = {it["check"]: it["state"] for it in told["findings"]}
    # Nobody tells the name of an emulated board to this machine.
    assert said.code == told["exit_code"] == Kind.NAME_NOT_RESOLVED
    assert states.pop("hostname") == "wrong"
    assert set(states.values()) == {"ok"}
    await one.board.wait_until_serving()


async def test_the_log_is_followed_through_a_reset_until_ctrl_c(one: Plugged) -> None:
    process = await one.begin("logs")
    assert process.stdout
    assert process.stderr
    await process.stderr.readline()
    one.board.press_reset()
    seen = b""
    async with asyncio.timeout(LIMIT_SECONDS):
        while b"-- back --" not in seen:
            seen += await process.stdout.readline()
    process.send_signal(signal.SIGINT)
    with contextlib.suppress(ProcessLookupError):
        await process.communicate()
    assert process.returncode == 0
    assert b"waiting --\n" in seen


@pytest.mark.parametrize(
    ("words", "code", "word"),
    [
        (["--json", "--port", "/dev/no-such-port"], Kind.NO_PORT, "no_port"),
        (["doctor", "--json", "--no-such-option"], 2, "usage"),
        (["settings", "get", "--json", "password"], 2, "usage"),
    ],
)
async def test_an_error_is_one_json_document_too(
    one: Plugged, words: list[str], code: int, word: str
) -> None:
    said = await one.flash(*words)
    told = json.loads(said.out)
    assert (said.code, told["exit_code"], told["error"]) == (code, code, word)


async def test_the_help_of_each_command_reads_without_a_board(one: Plugged) -> None:
    said = await one.flash("--help")
    assert "\n    10   no port: no board is connected\n" in said.out
    for command in ("flash", "list", "doctor", "logs", "reset", "erase", "settings"):
        assert (await one.flash(command, "--help")).code == 0
