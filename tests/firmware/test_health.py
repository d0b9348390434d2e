"""In: jobs that hang, chips that are late. Out: the watchdog fed, or left to bite."""

import asyncio
import itertools
from pathlib import Path

import pytest

from picotemp.blackbox import SAVE_MS, BlackBox
from picotemp.boot import WATCHDOG_MS
from picotemp.boots import HEALTHY, MAGIC, Boots
from picotemp.health import CHECK_MS, FRESH_MS, HEALTHY_MS, Health
from picotemp.log import Log
from picotemp.supervision import Job, supervise

from .fake_chip import FakeChip
from .serial_line import events
from .virtual_time import in_virtual_time, now_ms

LONGEST_HANG_MS = 8400
NAMES = ("sensor", "wifi", "server")
Capsys = pytest.CaptureFixture[str]


class Worker(Job):
    """Shows life every second, but not in its breaks."""

    def __init__(self, chip: FakeChip, name: str) -> None:
        super().__init__(chip)
        self.name = name
        self.breaks_ms: list[tuple[int, int]] = []

    async def run(self) -> None:
        while True:
            if not any(begin <= now_ms() < end for begin, end in self.breaks_ms):
                self.beat()
            await asyncio.sleep(1)


class Watch:
    """Workers under health's eyes."""

    def __init__(self, folder: Path) -> None:
        self.chip = FakeChip()
        # As boot() does before anything that lives.
        self.chip.watchdog_on(WATCHDOG_MS)
        self.log = Log(self.chip)
        self.boots = Boots(self.chip)
        self.blackbox = BlackBox(self.chip, self.log, str(folder / "lastrun.json"))
        self.saved: list[tuple[int, str]] = []
        self.workers = {name: Worker(self.chip, name) for name in NAMES}
        self.health = Health(
            self.chip, [*self.workers.values()], self.boots, self.blackbox, self.log
        )
        self._save_really = self.blackbox.save
        self.blackbox.save = self._save  # type: ignore[method-assign]

    def live(self, seconds: float, *more: Job) -> None:
        """Let all of them live so long."""
        jobs = [*self.workers.values(), self.health, *more]

        async def life() -> None:
            work = asyncio.gather(
                *[supervise(job, self.chip, self.log) for job in jobs]
            )
            with pytest.raises(TimeoutError):
                await asyncio.wait_for(work, seconds)

        in_virtual_time(life())

    def bite_ms(self, end_ms: int) -> int | None:
        """Give when the watchdog would have reset the board."""
        fed = [*self.chip.fed_ms, end_ms]
        for last, following in itertools.pairwise(fed):
            if following - last > WATCHDOG_MS:
                return last + WATCHDOG_MS
        return None

    def _save(self, why: str, traceback: str = "") -> bool:
        assert traceback == ""
        self.saved.append((now_ms(), why))
        return self._save_really(why)


@pytest.fixture
def watch(tmp_path: Path) -> Watch:
    return Watch(tmp_path)


def test_r3_the_limits_add_up_to_what_the_chip_can_and_the_issue_asks() -> None:
    assert FRESH_MS + CHECK_MS + WATCHDOG_MS <= LONGEST_HANG_MS
    assert WATCHDOG_MS <= 8388


def test_r3_the_watchdog_is_fed_as_soon_as_the_loop_runs_and_never_armed_anew(
    watch: Watch,
) -> None:
    watch.chip.fed_ms = []
    watch.live(600)
    assert watch.chip.fed_ms[0] == 0
    assert watch.chip.times_of("watchdog_on") == [0]
    assert watch.bite_ms(600_000) is None
    pauses = [b - a for a, b in itertools.pairwise(watch.chip.fed_ms)]
    assert max(pauses) <= 2 * CHECK_MS


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("hangs_at_ms", [0, 1, 500, 61_000, 61_999])
def test_a_hang_of_any_job_resets_the_board_in_time(
    watch: Watch, name: str, hangs_at_ms: int
) -> None:
    watch.workers[name].breaks_ms = [(hangs_at_ms, 10**9)]
    watch.live(90)
    bite_ms = watch.bite_ms(90_000)
    assert bite_ms is not None
    assert bite_ms - hangs_at_ms <= LONGEST_HANG_MS
    # Not at the first hiccup either: its last sign of life was up to 1 s before.
    assert bite_ms - hangs_at_ms >= FRESH_MS - 1000 + WATCHDOG_MS - CHECK_MS


def test_r1_a_hang_is_seen_as_well_after_months(watch: Watch) -> None:
    watch.chip.later_ms = 400 * 86_400_000
    for job in watch.workers.values():
        job.beat()
    watch.workers["wifi"].breaks_ms = [(10_000, 10**9)]
    watch.live(60)
    bite_ms = watch.bite_ms(60_000)
    assert bite_ms is not None
    assert 10_000 < bite_ms <= 10_000 + LONGEST_HANG_MS


def test_a_job_that_comes_back_before_the_bite_is_fed_again(
    watch: Watch, capsys: Capsys
) -> None:
    watch.workers["wifi"].breaks_ms = [(20_000, 26_000)]
    watch.live(60)
    assert watch.bite_ms(60_000) is None
    told = capsys.readouterr().out
    [silent] = events(told, "not_alive")
    [back] = events(told, "alive_again")
    assert (silent["level"], silent["job"]) == ("error", "wifi")
    assert (back["level"], back["job"]) == ("info", "wifi")


def test_each_job_without_life_is_named_once(watch: Watch, capsys: Capsys) -> None:
    watch.workers["sensor"].breaks_ms = [(10_000, 10**9)]
    watch.workers["server"].breaks_ms = [(12_000, 10**9)]
    watch.live(300)
    told = events(capsys.readouterr().out, "not_alive")
    assert [line["job"] for line in told] == ["sensor", "server"]


def test_r6_the_first_hang_is_saved_at_once_and_then_one_in_ten_minutes_at_most(
    watch: Watch,
) -> None:
    breaks_ms = [(ms, ms + 5000) for ms in range(10_000, 1_500_000, 20_000)]
    watch.workers["wifi"].breaks_ms = breaks_ms
    watch.live(1500)
    assert [why for _, why in watch.saved] == ["hang"] * 3
    assert watch.saved[0][0] <= 10_000 + FRESH_MS + CHECK_MS
    pauses_ms = [b[0] - a[0] for a, b in itertools.pairwise(watch.saved)]
    assert min(pauses_ms) >= SAVE_MS


def test_r6_a_hang_soon_after_something_was_saved_waits_for_its_turn(
    watch: Watch,
) -> None:
    watch.blackbox.save("running")
    watch.workers["wifi"].breaks_ms = [(10_000, 15_000)]
    watch.live(60)
    assert [why for _, why in watch.saved] == ["running"]


def test_less_than_a_minute_of_health_is_not_noted(watch: Watch) -> None:
    watch.live(HEALTHY_MS / 1000 - 1)
    assert watch.chip.registers[0] != MAGIC | HEALTHY


def test_a_minute_of_health_is_noted_once(watch: Watch, capsys: Capsys) -> None:
    watch.live(600)
    assert watch.chip.registers[0] == MAGIC | HEALTHY
    [told] = events(capsys.readouterr().out, "healthy")
    assert HEALTHY_MS / 1000 <= float(told["t"]) <= HEALTHY_MS / 1000 + 1


def test_the_minute_begins_anew_after_a_fault(watch: Watch, capsys: Capsys) -> None:
    watch.workers["sensor"].breaks_ms = [(40_000, 45_000)]
    watch.live(600)
    [told] = events(capsys.readouterr().out, "healthy")
    assert 104.8 <= float(told["t"]) <= 106


class Late(Job):
    """Blocks the loop for 300 ms, once."""

    name = "late"

    async def run(self) -> None:
        await asyncio.sleep(10.1)
        assert isinstance(self._chip, FakeChip)
        self._chip.later_ms += 300
        await asyncio.sleep(10**6)


def test_the_lag_of_the_scheduler_is_measured(watch: Watch) -> None:
    watch.live(60)
    assert watch.health.lag_max_ms <= 1
    watch.live(60, Late(watch.chip))
    assert 299 <= watch.health.lag_max_ms <= 301


def test_the_free_memory_is_known_from_the_first_check_on(watch: Watch) -> None:
    watch.live(0.1)
    assert watch.chip.heap_free_bytes() == 150_000
