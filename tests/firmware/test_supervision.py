"""In: jobs that fail. Out: the same jobs, running again, the others undisturbed."""

import asyncio
import itertools

import pytest

from picotemp.log import Log
from picotemp.supervision import Job, supervise

from .fake_chip import FakeChip
from .serial_line import events
from .virtual_time import in_virtual_time, now_ms


class Failing(Job):
    """Fails at once, always."""

    name = "failing"

    def __init__(self, error: BaseException | None) -> None:
        self.error = error
        self.started_ms: list[int] = []

    async def run(self) -> None:
        self.started_ms.append(now_ms())
        if self.error:
            raise self.error


class Beating(Job):
    """Does its work every second."""

    name = "beating"

    def __init__(self) -> None:
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
def test_a_job_that_ends_is_started_again_after_a_growing_pause(
    chip: FakeChip, log: Log, error: Exception | None
) -> None:
    job = Failing(error)
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
    job = Lasting(None)
    live(500, chip, log, job)
    runs = [b - a for a, b in itertools.pairwise(job.started_ms)]
    assert runs == pytest.approx([121_000, 121_000, 121_000, 121_000])


def test_a_failure_is_told_with_its_traceback(
    chip: FakeChip, log: Log, capsys: pytest.CaptureFixture[str]
) -> None:
    error = ValueError("no luck")
    live(2, chip, log, Failing(error))
    told = events(capsys.readouterr().out, "job_failed")
    assert len(told) == 2
    assert told[0]["level"] == "error"
    assert told[0]["job"] == "failing"
    assert "no luck" in told[0]["error"]
    assert chip.tracebacks == [error, error]


def test_the_other_jobs_go_on(chip: FakeChip, log: Log) -> None:
    job = Beating()
    live(20.5, chip, log, Failing(RuntimeError("x")), job, Failing(None))
    assert job.beats == 21


def test_who_is_cancelled_stays_so(
    chip: FakeChip, log: Log, capsys: pytest.CaptureFixture[str]
) -> None:
    job = Beating()

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


def test_a_job_says_itself_what_it_does() -> None:
    with pytest.raises(NotImplementedError):
        in_virtual_time(Job().run())
