"""In: a board whose program keeps failing. Out: it says why, by the same server."""

import asyncio
import json
from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest

import picotemp
from picotemp import recovery
from picotemp.blackbox import BlackBox
from picotemp.boots import EARLY_ENDS_MOST, Boots
from picotemp.health import WATCHDOG_MS
from picotemp.log import Log
from picotemp.recovery import COMPLAINT_SECONDS, JOIN_SECONDS, RECOVERY_SECONDS
from picotemp.settings import Settings
from picotemp.supervision import Restart

from .conftest import Micropython, checked
from .fake_chip import FakeChip, FakeClient
from .http_answer import Answer, is_busy, parse
from .serial_line import events
from .virtual_time import in_virtual_time

LONGEST_HANG_MS = 8400
SETTINGS: dict[str, object] = {"ssid": "attic", "password": "the secret word"}
RADIO = ("radio_on", "radio_off", "set_addresses", "join", "leave")
Story = Callable[[], Awaitable[None]]
TRACEBACK = "Traceback (most recent call last):\nValueError: no luck"


class Rescue:
    """A chip in recovery, and what a test does to it."""

    def __init__(self, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        self.chip = FakeChip()
        self.log = Log(self.chip)
        self.settings: Settings | None = checked(SETTINGS)
        for _ in range(EARLY_ENDS_MOST):
            Boots(self.chip).mark_exception(is_saved=True)
            self.chip.has_been_reset = True
        self.boots = Boots(self.chip)
        self.blackbox = BlackBox(self.chip, self.log, str(folder / "lastrun.json"))
        self.blackbox.save("exception", TRACEBACK)
        self.blackbox.load(self.boots.was_saved)
        self.problems: list[str] = []
        self._monkeypatch = monkeypatch

    def live(self, story: Story | None = None) -> None:
        """Run the recovery to its end, a story beside it."""

        async def life(work: Awaitable[None]) -> None:
            told = asyncio.ensure_future(story()) if story else None
            try:
                await work
            finally:
                if told:
                    await told

        self._monkeypatch.setattr(
            asyncio, "run", lambda work: in_virtual_time(life(work))
        )
        rest = self.blackbox, self.settings, self.problems
        with pytest.raises(Restart, match="another try"):
            recovery.run(self.chip, self.log, self.boots, *rest)

    async def ask(self, line: str) -> Answer:
        """Send one request."""
        client = FakeClient(self.chip.listener, line.encode() + b" HTTP/1.1\r\n\r\n")
        return parse(await client.end(), is_head=line.startswith("HEAD"))

    def bite_ms(self) -> int | None:
        """Give when the watchdog would have reset the board."""
        fed = [*self.chip.fed_ms, RECOVERY_SECONDS * 1000]
        for i in range(len(fed) - 1):
            if fed[i + 1] - fed[i] > WATCHDOG_MS:
                return fed[i] + WATCHDOG_MS
        return None


@pytest.fixture
def rescue(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Rescue:
    return Rescue(tmp_path, monkeypatch)


def test_info_says_why(rescue: Rescue) -> None:
    async def story() -> None:
        await asyncio.sleep(30)
        answer = await rescue.ask("GET /info?please")
        assert answer.status == 200
        told = answer.json()
        last_run = told.pop("last_run")
        assert told == {
            "id": "e661640843259f2d",
            "hostname": "picotemp",
            "version": picotemp.__version__,
            "micropython": "1.29.0",
            "uptime_s": 30,
            "heap_free_bytes": 150_000,
            "reset_cause": "exception",
            "recovery": True,
            "early_ends": EARLY_ENDS_MOST,
        }
        assert isinstance(last_run, dict)
        assert (last_run["reason"], last_run["age_s"]) == (TRACEBACK, 30)
        assert b"secret" not in answer.body

    rescue.live(story)


def test_the_temperature_is_refused_with_the_reason_and_not_as_busy(
    rescue: Rescue,
) -> None:
    async def story() -> None:
        answer = await rescue.ask("GET /")
        assert answer.status == 503
        assert not is_busy(answer)
        assert answer.json() == {"error": recovery.WHY % EARLY_ENDS_MOST}

    rescue.live(story)


def test_there_is_nothing_else(rescue: Rescue) -> None:
    async def story() -> None:
        for line in ("GET /metrics", "GET /infos", "HEAD /x", "POST /", "POST /info"):
            assert (await rescue.ask(line)).status == 404
        for path in ("/", "/info"):
            got, head = (
                await rescue.ask(f"GET {path}"),
                await rescue.ask(f"HEAD {path}"),
            )
            assert (head.status, head.body) == (got.status, b"")
            assert head.headers == got.headers

    rescue.live(story)


def test_the_limits_are_the_same(rescue: Rescue) -> None:
    async def story() -> None:
        idle = [FakeClient(rescue.chip.listener) for _ in range(3)]
        await asyncio.sleep(0.01)
        assert is_busy(await rescue.ask("GET /info"))
        for client in idle:
            await client.end()
            assert client.closed_ms is not None
            assert 2750 <= client.closed_ms <= 3250
        assert (await rescue.ask("GET /info")).status == 200

    rescue.live(story)


def test_after_ten_minutes_the_program_gets_another_try(rescue: Rescue) -> None:
    rescue.live()
    assert rescue.chip.times_of("reset") == []
    assert rescue.chip.times_of("watchdog_on") == [0]
    last_fed_seconds = rescue.chip.fed_ms[-1] / 1000
    assert RECOVERY_SECONDS - 1 <= last_fed_seconds <= RECOVERY_SECONDS
    assert rescue.bite_ms() is None


def test_w5_it_joins_in_the_order_that_the_driver_asks_for(rescue: Rescue) -> None:
    rescue.live()
    calls = [call[1:] for call in rescue.chip.calls if call[1] in RADIO]
    assert calls == [
        ("radio_on", ("XX", "picotemp")),
        ("leave", ()),
        ("join", ("attic", "the secret word")),
    ]


def test_a_driver_that_fails_is_tried_again(rescue: Rescue) -> None:
    def status(_: int) -> int:
        raise OSError(1)

    rescue.chip.status = status
    rescue.live()
    assert len(rescue.chip.times_of("join")) >= RECOVERY_SECONDS // JOIN_SECONDS


def test_a_static_address_is_taken(rescue: Rescue) -> None:
    chosen = {"address": "10.0.0.9", "gateway": "10.0.0.1"}
    rescue.settings = checked(SETTINGS | chosen)
    rescue.live()
    [set_addresses] = [c[2] for c in rescue.chip.calls if c[1] == "set_addresses"]
    assert set_addresses == ("10.0.0.9", "255.255.255.0", "10.0.0.1", "10.0.0.1")


@pytest.mark.parametrize("status", [1, 2, 0, -1, -2, -3])
def test_w2_a_link_that_does_not_come_is_left_and_joined_again(
    rescue: Rescue, status: int
) -> None:
    rescue.chip.status = lambda _: status
    rescue.live()
    joins = rescue.chip.times_of("join")
    expected = list(range(0, RECOVERY_SECONDS * 1000 + 1, JOIN_SECONDS * 1000))
    assert joins in (expected, expected[:-1])
    assert rescue.chip.times_of("leave") == joins
    # The watchdog guards the program, never the network.
    assert rescue.bite_ms() is None


def test_a_gate_without_life_is_not_fed_for(rescue: Rescue) -> None:
    async def story() -> None:
        await asyncio.sleep(60)
        rescue.chip.listener.is_waited_on = lambda: False  # type: ignore[method-assign]

    rescue.live(story)
    bite_ms = rescue.bite_ms()
    assert bite_ms is not None
    assert 60_000 < bite_ms <= 60_000 + LONGEST_HANG_MS


def test_without_usable_settings_it_says_so_on_the_serial_port(
    rescue: Rescue, capsys: pytest.CaptureFixture[str]
) -> None:
    rescue.settings = None
    rescue.problems = ["ssid: expected a name", "port: expected a number"]
    rescue.live()
    told = events(capsys.readouterr().out, "settings_unusable")
    assert len(told) == 2 * RECOVERY_SECONDS // COMPLAINT_SECONDS
    assert {line["problem"] for line in told} == set(rescue.problems)
    assert rescue.chip.calls == []


def test_it_needs_none_of_what_may_be_broken(micropython: Micropython) -> None:
    printed = micropython(
        "import json, sys\nimport picotemp.recovery\n"
        "print(json.dumps(list(sys.modules)))"
    )
    broken = {
        "microdot",
        *(f"picotemp.{n}" for n in ("app", "routes", "sensor", "wifi")),
    }
    assert broken & set(json.loads(printed)) == set()
