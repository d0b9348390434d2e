"""In: jobs that fail. Out: the same jobs, running again, the others undisturbed."""

import asyncio
import itertools

import pytest

from picotemp.log import Log
from picotemp.supervision import Job, Restart, supervise

from .conftest import Micropython
from .fake_chip import FakeChip
from .serial_line import events
from .virtual_time import in_virtual_time, now_ms


class Failing(Job):
    """Fails at once, always."""

    name = "failing"

    def __init__(self, chip: FakeChip, error: BaseException | None) -> None:
        super().__init__(chip)
        self.error = error
        self.started_ms: list[int] = []

    async def run(self) -> None:
        self.started_ms.append(now_ms())
        if self.error:
            raise self.error


class Beating(Job):
    """Does its work every second."""

    name = "beating"

    def __init__(self, chip: FakeChip) -> None:
        super().__init__(chip)
        self.beats = 0

    async def run(self) -> None:
        while True:
            self.beats += 1
            await asyncio.sleep(1)


def live(seconds: float, chip: FakeChip, log: Log, *jobs: Job) -> None:
    """Let jobs live so long, all under supervision."""

    async def life() -> None:
        work = asyncio.gather(*[supervise(job, chip, log) for job in jobs])
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(work, seconds)

    in_virtual_time(life())


@pytest.mark.parametrize(
    "error", [ValueError("x"), OSError(5), MemoryError(), AssertionError(), None]
)
def test_t12_a_job_that_ends_is_started_again_after_a_growing_pause(
    chip: FakeChip, log: Log, error: Exception | None
) -> None:
    job = Failing(chip, error)
    live(130, chip, log, job)
    seconds = [ms / 1000 for ms in job.started_ms]
    pauses = [b - a for a, b in itertools.pairwise(seconds)]
    assert pauses == pytest.approx([1, 2, 4, 8, 16, 30, 30, 30])


class Lasting(Failing):
    """Fails after two good minutes, always."""

    async def run(self) -> None:
        self.started_ms.append(now_ms())
        await asyncio.sleep(120)
        raise ValueError


def test_after_a_long_good_run_the_pause_is_short_again(
    chip: FakeChip, log: Log
) -> None:
    job = Lasting(chip, None)
    live(500, chip, log, job)
    runs = [b - a for a, b in itertools.pairwise(job.started_ms)]
    assert runs == pytest.approx([121_000, 121_000, 121_000, 121_000])


def test_a_failure_is_told_with_its_traceback(
    chip: FakeChip, log: Log, capsys: pytest.CaptureFixture[str]
) -> None:
    error = ValueError("no luck")
    live(2, chip, log, Failing(chip, error))
    printed = capsys.readouterr().out
    assert printed.count(f"Traceback of {error!r}\n") == 2
    told = events(printed.replace(f"Traceback of {error!r}\n", ""), "job_failed")
    assert len(told) == 2
    assert told[0]["level"] == "error"
    assert told[0]["job"] == "failing"
    assert "no luck" in told[0]["error"]
    assert chip.tracebacks == [error, error]


@pytest.mark.parametrize("deaf", ["log", "traceback"])
def test_without_memory_to_tell_of_a_failure_the_job_is_started_again_all_the_same(
    chip: FakeChip, log: Log, monkeypatch: pytest.MonkeyPatch, deaf: str
) -> None:
    def fail(*_: object, **__: object) -> None:
        raise MemoryError

    owner, name = (log, "error") if deaf == "log" else (chip, "traceback")
    monkeypatch.setattr(owner, name, fail)
    job = Failing(chip, MemoryError())
    other = Beating(chip)
    live(6.5, chip, log, job, other)
    assert job.started_ms == [0, 1000, 3000]
    assert other.beats == 7


def test_the_other_jobs_go_on(chip: FakeChip, log: Log) -> None:
    job = Beating(chip)
    live(20.5, chip, log, Failing(chip, RuntimeError("x")), job, Failing(chip, None))
    assert job.beats == 21


def test_who_is_cancelled_stays_so(
    chip: FakeChip, log: Log, capsys: pytest.CaptureFixture[str]
) -> None:
    job = Beating(chip)

    async def life() -> None:
        work = asyncio.create_task(supervise(job, chip, log))
        await asyncio.sleep(3.5)
        work.cancel()
        with pytest.raises(asyncio.CancelledError):
            await work
        await asyncio.sleep(60)

    in_virtual_time(life())
    assert job.beats == 4
    assert capsys.readouterr().out == ""


def test_a_job_says_itself_what_it_does(chip: FakeChip) -> None:
    with pytest.raises(NotImplementedError):
        in_virtual_time(Job(chip).run())


def test_a_job_is_as_old_as_its_last_sign_of_life(chip: FakeChip) -> None:
    job = Job(chip)
    assert job.age_ms() == 0
    chip.later_ms = 2500
    assert job.age_ms() == 2500
    job.beat()
    assert job.age_ms() == 0


def test_a_restart_on_purpose_stops_everything(chip: FakeChip, log: Log) -> None:
    job = Beating(chip)

    async def life() -> None:
        restart = Failing(chip, Restart("the link is dead"))
        await asyncio.gather(supervise(job, chip, log), supervise(restart, chip, log))

    with pytest.raises(Restart, match="the link is dead"):
        in_virtual_time(life())
    assert job.beats == 1


def test_micropython_lets_a_restart_out_of_the_loop(micropython: Micropython) -> None:
    printed = micropython(
        "import asyncio\n"
        "from picotemp.chip import Chip\n"
        "from picotemp.supervision import Job, Restart, supervise\n"
        "class Still(Chip):\n def uptime_ms(self): return 0\n"
        "class Ending(Job):\n"
        " async def run(self):\n  await asyncio.sleep(0)\n  raise Restart('why')\n"
        "class Long(Job):\n async def run(self): await asyncio.sleep(99)\n"
        "async def life():\n"
        " chip = Still()\n"
        " jobs = [Ending(chip), Long(chip)]\n"
        " await asyncio.gather(*[supervise(job, chip, None) for job in jobs])\n"
        "try: asyncio.run(life())\n"
        "except Restart as restart: print('restart:', restart)\n"
    )
    assert printed == "restart: why\n"
