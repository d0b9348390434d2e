"""In: a chip and its settings, right or wrong. Out: all jobs alive, or what to mend."""

import asyncio
from collections.abc import Coroutine
from typing import Any

import pytest
from prometheus_client.parser import text_string_to_metric_families

from picotemp import __version__, boot
from picotemp.app import App
from picotemp.blackbox import BlackBox
from picotemp.boots import Boots
from picotemp.log import Log
from picotemp.sensor import SAMPLES
from picotemp.settings import Settings

from .fake_chip import FakeChip
from .fake_sockets import FakeClient
from .http_answer import Answer, parse
from .serial_line import events
from .virtual_time import in_virtual_time

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
    "wifi_reconnects_total": int,
    "loop_lag_max_ms": int,
    "last_run": type(None),
}


@pytest.fixture
def boots(chip: FakeChip) -> Boots:
    return Boots(chip)


@pytest.fixture
def blackbox(chip: FakeChip, log: Log, tmp_path: Any) -> BlackBox:
    return BlackBox(chip, log, str(tmp_path / "last_run.json"))


@pytest.fixture
def firmware(
    chip: FakeChip, settings: Settings, log: Log, boots: Boots, blackbox: BlackBox
) -> App:
    chip.watchdog_on(5000)  # as boot() does
    return App(chip, settings, log, boots, blackbox)


async def ask(chip: FakeChip, path: str) -> Answer:
    """Ask the firmware that runs on a chip."""
    client = FakeClient(chip.listener, f"GET {path} HTTP/1.1\r\n\r\n".encode())
    return parse(await client.end())


async def get(chip: FakeChip, path: str) -> dict[str, object]:
    """Ask for JSON that has to be there."""
    answer = await ask(chip, path)
    assert answer.status == 200, answer
    return answer.json()


async def samples(chip: FakeChip) -> dict[str, float]:
    """Ask for the exposition; give each sample by its name and label values."""
    answer = await ask(chip, "/metrics")
    assert answer.status == 200, answer
    return {
        " ".join([sample.name, *sample.labels.values()]): sample.value
        for family in text_string_to_metric_families(answer.body.decode())
        for sample in family.samples
    }


def live(work: Coroutine[Any, Any, None], story: Coroutine[Any, Any, None]) -> None:
    """Let the firmware live while something happens."""

    async def life() -> None:
        living = asyncio.create_task(work)
        await story
        assert not living.done()
        living.cancel()
        await asyncio.gather(living, return_exceptions=True)

    in_virtual_time(life())


def test_all_jobs_run(chip: FakeChip, firmware: App) -> None:
    async def story() -> None:
        await asyncio.sleep(2.5)
        assert await get(chip, "/") == {"tempC": 27.04, "tempF": 80.68}
        await asyncio.sleep(0.5)

    live(firmware.run(), story())
    assert chip.samples == 3 * SAMPLES
    assert chip.times_of("join") == [0]
    assert [is_on for _, is_on in chip.led_changes] == [True, False, True]
    assert len(chip.fed_ms) > 10
    assert chip.udp.sent


def test_info_tells_who_and_how_the_board_is(chip: FakeChip, firmware: App) -> None:
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
        assert info["reset_cause"] == "power"
        assert info["connections_in_service"] == 1
        assert info["connections_in_service_max"] == 1
        assert info["requests_total"] == 2
        assert info["rejected_total"] == 0
        assert info["wifi_reconnects_total"] == 0

    live(firmware.run(), story())


def test_metrics_tell_what_the_other_pages_tell(chip: FakeChip, firmware: App) -> None:
    async def story() -> None:
        await asyncio.sleep(61.5)
        await get(chip, "/")
        assert (await ask(chip, "/nothing")).status == 404
        told = await samples(chip)
        assert told["pico_temperature celsius"] == 27.04
        assert told["pico_temperature fahrenheit"] == 80.68
        assert told["pico_temperature_celsius"] == 27.04
        assert told["pico_sensor_up"] == 1
        assert told["pico_uptime_seconds"] == pytest.approx(61.5, abs=0.6)
        assert told["pico_wifi_rssi_dbm"] == -52
        assert told["pico_wifi_reconnects_total"] == 0
        assert told["pico_heap_free_bytes"] == 150_000
        assert told["pico_http_requests_total 200"] == 1
        assert told["pico_http_requests_total 404"] == 1
        assert told["pico_connections_rejected_total"] == 0
        assert told["pico_reset_info power"] == 1
        assert sum(name.startswith("pico_device_info") for name in told) == 1

    live(firmware.run(), story())


def test_what_cannot_be_known_is_in_neither_page(chip: FakeChip, firmware: App) -> None:
    chip.status = lambda _: 1
    chip.adc = lambda _: 0

    async def story() -> None:
        await asyncio.sleep(1)
        assert (await get(chip, "/info"))["rssi_dbm"] is None
        told = await samples(chip)
        assert told["pico_sensor_up"] == 0
        assert not any("temperature" in name or "rssi" in name for name in told)

    live(firmware.run(), story())


@pytest.mark.parametrize("nonsense", [0, 7, -128, 536887296])
def test_a_signal_that_cannot_be_is_unknown(
    chip: FakeChip, firmware: App, nonsense: int
) -> None:
    chip.rssi_dbm = lambda: nonsense  # type: ignore[method-assign]

    async def story() -> None:
        await asyncio.sleep(1)
        assert (await get(chip, "/info"))["rssi_dbm"] is None
        assert "pico_wifi_rssi_dbm" not in await samples(chip)

    live(firmware.run(), story())


def test_one_job_that_fails_disturbs_no_other(chip: FakeChip, firmware: App) -> None:
    def broken(_: bool) -> None:
        raise ValueError("not an OSError")

    async def story() -> None:
        await asyncio.sleep(1.5)
        chip.led = broken  # type: ignore[method-assign, assignment]
        await asyncio.sleep(20)
        assert await get(chip, "/") == {"tempC": 27.04, "tempF": 80.68}
        assert (await get(chip, "/info"))["uptime_s"] == 21
        # Of a lamp nobody's life depends: the watchdog is fed on.
        assert chip.fed_ms[-1] > 21_000

    live(firmware.run(), story())
    assert chip.times_of("join") == [0]


def test_t12_a_task_that_nobody_waits_for_is_told_when_it_fails(
    chip: FakeChip, firmware: App, capsys: Capsys
) -> None:
    async def fail() -> None:
        raise ValueError("said to nobody")

    async def story() -> None:
        await asyncio.sleep(1)
        asyncio.create_task(fail())  # noqa: RUF006 that is the point
        await asyncio.sleep(0.1)
        import gc

        gc.collect()  # CPython tells of the loss when the task is forgotten
        assert await get(chip, "/") == {"tempC": 27.04, "tempF": 80.68}

    live(firmware.run(), story())
    lines = [line for line in capsys.readouterr().out.splitlines() if line[:2] == "t="]
    told = events("\n".join([*lines, ""]), "job_failed")
    assert [line["error"] for line in told] == ["ValueError('said to nobody')"]


def test_bad_settings_are_told_every_10_seconds_with_the_command_that_mends_them(
    log: Log, capsys: Capsys
) -> None:
    problems = ["ssid: expected a name", "unknown settings: 1"]
    live(boot._complain(problems, log), asyncio.sleep(25))
    told = events(capsys.readouterr().out)
    assert [line["t"] for line in told] == [
        f"{seconds}.000" for seconds in (0, 10, 20) for _ in range(3)
    ]
    assert [line.get("problem") for line in told] == [*problems, None] * 3
    assert [line["mend"] for line in told[2::3]] == [boot.MEND] * 3
    assert {line["level"] for line in told} == {"error"}
    assert "picotemp-flash settings edit" in boot.MEND
