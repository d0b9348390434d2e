"""In: a board whose program keeps failing. Out: it says why, by the same server."""

import asyncio
import json
from pathlib import Path

import pytest

import picotemp
from picotemp import recovery
from picotemp.boots import EARLY_ENDS_MOST
from picotemp.recovery import RECOVERY_SECONDS

from .conftest import Micropython
from .fake_sockets import FakeClient
from .http_answer import is_busy
from .rescued import TRACEBACK, Rescue

LONGEST_HANG_MS = 8400


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
    assert rescue.chip.times_of("watchdog_on") == []
    last_fed_seconds = rescue.chip.fed_ms[-1] / 1000
    assert RECOVERY_SECONDS - 1 <= last_fed_seconds <= RECOVERY_SECONDS
    assert rescue.bite_ms() is None


def test_a_gate_without_life_is_not_fed_for(rescue: Rescue) -> None:
    async def story() -> None:
        await asyncio.sleep(60)
        rescue.chip.listener.is_waited_on = lambda: False  # type: ignore[method-assign]

    rescue.live(story)
    bite_ms = rescue.bite_ms()
    assert bite_ms is not None
    assert 60_000 < bite_ms <= 60_000 + LONGEST_HANG_MS


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
