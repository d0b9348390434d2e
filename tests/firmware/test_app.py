"""In: a chip and its settings, right or wrong. Out: all jobs alive, or what to mend."""

import asyncio
from collections.abc import Coroutine
from typing import Any

import pytest

from picotemp import __version__, app
from picotemp.app import MEND, App
from picotemp.log import Log
from picotemp.settings import Settings

from .fake_chip import FakeChip, FakeClient
from .http_answer import parse
from .serial_line import events
from .virtual_time import VirtualLoop, in_virtual_time

Capsys = pytest.CaptureFixture[str]
INFO_TYPES = {
    "id": str,
    "hostname": str,
    "version": str,
    "micropython": str,
    "uptime_s": int,
    "rssi_dbm": int,
    "heap_free_bytes": int,
    "reset_cause": str,
    "connections_in_service": int,
    "connections_in_service_max": int,
    "requests_total": int,
    "rejected_total": int,
}


async def get(chip: FakeChip, path: str) -> dict[str, object]:
    """Ask the firmware that runs on a chip."""
    client = FakeClient(chip.listener, f"GET {path} HTTP/1.1\r\n\r\n".encode())
    answer = parse(await client.end())
    assert answer.status == 200, answer
    return answer.json()


def live(work: Coroutine[Any, Any, None], story: Coroutine[Any, Any, None]) -> None:
    """Let the firmware live while something happens."""

    async def life() -> None:
        living = asyncio.create_task(work)
        await story
        assert not living.done()
        living.cancel()
        await asyncio.gather(living, return_exceptions=True)

    in_virtual_time(life())


def test_all_jobs_run(chip: FakeChip, settings: Settings, log: Log) -> None:
    async def story() -> None:
        await asyncio.sleep(2.5)
        assert await get(chip, "/") == {"tempC": 27.04, "tempF": 80.68}
        await asyncio.sleep(0.5)

    live(App(chip, settings, log).run(), story())
    assert chip.samples == 3 * 64
    assert chip.times_of("join") == [0]
    assert [is_on for _, is_on in chip.led_changes] == [True, False, True]


def test_info_tells_who_and_how_the_board_is(
    chip: FakeChip, settings: Settings, log: Log
) -> None:
    async def story() -> None:
        await asyncio.sleep(61.5)
        await get(chip, "/")
        info = await get(chip, "/info")
        assert {key: type(value) for key, value in info.items()} == INFO_TYPES
        assert info["id"] == "e661640843259f2d"
        assert info["hostname"] == "picotemp"
        assert info["version"] == __version__
        assert info["micropython"] == "1.29.0"
        assert info["uptime_s"] == 61
        assert info["rssi_dbm"] == -52
        assert info["heap_free_bytes"] == 150_000
        assert info["reset_cause"] == "power_on"
        assert info["connections_in_service"] == 1
        assert info["connections_in_service_max"] == 1
        assert info["requests_total"] == 2
        assert info["rejected_total"] == 0

    live(App(chip, settings, log).run(), story())


def test_without_a_link_the_signal_is_unknown(
    chip: FakeChip, settings: Settings, log: Log
) -> None:
    chip.status = lambda _: 1

    async def story() -> None:
        await asyncio.sleep(1)
        assert (await get(chip, "/info"))["rssi_dbm"] is None

    live(App(chip, settings, log).run(), story())


def test_one_job_that_fails_disturbs_no_other(
    chip: FakeChip, settings: Settings, log: Log
) -> None:
    def broken(_: int) -> int:
        raise ValueError("not an OSError")

    async def story() -> None:
        await asyncio.sleep(1.5)
        good, chip.adc = chip.adc, broken
        await asyncio.sleep(20)
        client = FakeClient(chip.listener, b"GET / HTTP/1.1\r\n\r\n")
        assert parse(await client.end()).status == 503
        assert (await get(chip, "/info"))["uptime_s"] == 21
        chip.adc = good
        await asyncio.sleep(40)
        assert await get(chip, "/") == {"tempC": 27.04, "tempF": 80.68}

    live(App(chip, settings, log).run(), story())
    assert chip.times_of("join") == [0]


def test_bad_settings_are_told_every_10_seconds_with_the_command_that_mends_them(
    log: Log, capsys: Capsys
) -> None:
    problems = ["ssid: expected a name", "pasword: no such setting"]
    live(app._complain(problems, log), asyncio.sleep(25))
    told = events(capsys.readouterr().out)
    assert [line["t"] for line in told] == [
        f"{seconds}.000" for seconds in (0, 10, 20) for _ in range(3)
    ]
    assert [line.get("problem") for line in told] == [*problems, None] * 3
    assert [line["mend"] for line in told[2::3]] == [MEND] * 3
    assert {line["level"] for line in told} == {"error"}
    assert "mpremote cp settings.json :settings.json" in MEND


@pytest.mark.parametrize("has_settings", [True, False])
def test_the_first_line_tells_what_has_started(
    chip: FakeChip,
    settings: Settings,
    capsys: Capsys,
    monkeypatch: pytest.MonkeyPatch,
    has_settings: bool,
) -> None:
    loops: list[VirtualLoop] = []

    def new_loop() -> VirtualLoop:
        loops.append(VirtualLoop())
        loops[-1].call_later(15, loops[-1].stop)
        return loops[-1]

    monkeypatch.setattr(asyncio, "new_event_loop", new_loop)
    monkeypatch.setattr("asyncio.runners.events.new_event_loop", new_loop)
    with pytest.raises(RuntimeError, match="stopped before Future completed"):
        app.run(chip, settings if has_settings else None, ["ssid: expected a name"])
    for loop in loops:
        loop.close()
    first, second, *_ = events(capsys.readouterr().out)
    assert first["event"] == "started"
    assert first["version"] == __version__
    assert first["micropython"] == "1.29.0"
    assert first["id"] == "e661640843259f2d"
    assert first["reset_cause"] == "power_on"
    assert second["event"] == ("joining" if has_settings else "settings_unusable")
