"""In: wishes for reloads, good and bad configurations. Out: one reload at a time."""

import asyncio
import logging
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Sequence
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path
from threading import Event

import pytest
from attrs import define, field

from collector.fake_clock import FakeClock
from collector.running import config_of, device
from picotemp_collector.background import at_work
from picotemp_collector.config.shapes import Config
from picotemp_collector.errors import ConfigurationError
from picotemp_collector.reload import BUG, Reloader, reload_on_change
from picotemp_collector.sources.file_watch import FileWatch

Eventually = Callable[[Callable[[], bool]], Awaitable[None]]
FIRST = config_of(device("attic"))
SECOND = config_of(device("cellar"))
BAD = ConfigurationError(["a.toml: poll: unknown key", "a.toml: no devices"])
BROKEN = RuntimeError("http://user:geheim@attic failed us")


@define
class House:
    """Gives configurations in order, the last for ever; remembers what is in force."""

    clock: FakeClock
    steps: list[Config | Exception]
    in_force: Config = FIRST
    warnings: Sequence[str] = ()
    loads: int = 0
    at_work: int = 0
    most_at_work: int = 0
    story: list[str] = field(factory=list)
    may_load: Event = field(factory=Event)
    may_apply: asyncio.Event = field(factory=asyncio.Event)

    def __attrs_post_init__(self) -> None:
        self.may_load.set()
        self.may_apply.set()

    def load(self) -> Config:
        self.loads += 1
        self.may_load.wait(10)
        step = self.steps.pop(0) if len(self.steps) > 1 else self.steps[0]
        if isinstance(step, Exception):
            raise step
        return step

    async def apply(self, config: Config) -> Sequence[str]:
        self.at_work += 1
        self.most_at_work = max(self.most_at_work, self.at_work)
        await self.may_apply.wait()
        self.in_force = config
        self.at_work -= 1
        return self.warnings

    @contextmanager
    def around(self) -> Iterator[None]:
        self.story.append("began")
        yield
        self.story.append("ended")

    @asynccontextmanager
    async def reloader(self) -> AsyncIterator[Reloader]:
        unix_seconds = self.clock.clock.unix_seconds
        reloader = Reloader(self.load, self.apply, unix_seconds, self.around)
        async with at_work(reloader.run()):
            yield reloader


async def test_a_good_configuration_is_in_force_when_the_answer_comes(
    clock: FakeClock,
) -> None:
    house = House(clock, [SECOND], warnings=["log.format needs a restart"])
    async with house.reloader() as reloader:
        clock.advance(5)
        loaded = await reloader.reload()
        assert (loaded.ok, loaded.loaded_unix_seconds) == (True, 1_700_000_005.0)
        assert loaded.warnings == ("log.format needs a restart",)
        assert house.in_force is SECOND
        assert reloader.last is loaded
    assert house.story == ["began", "ended"]


async def test_a_bad_one_changes_nothing_and_every_problem_is_told_once(
    clock: FakeClock, caplog: pytest.LogCaptureFixture
) -> None:
    house = House(clock, [BAD, BAD, SECOND])
    async with house.reloader() as reloader:
        clock.advance(5)
        loaded = await reloader.reload()
        assert (loaded.ok, loaded.problems) == (False, BAD.problems)
        assert loaded.loaded_unix_seconds == 1_700_000_000.0
        assert house.in_force is FIRST
        errors = [each.message for each in caplog.records]
        assert errors == [
            *BAD.problems,
            "not reloaded: the last good configuration stays in force",
        ]
        clock.advance(5)
        await reloader.reload()
        assert len(caplog.records) == 6
        assert (await reloader.reload()).ok
        assert reloader.last.problems == ()
        assert reloader.last.loaded_unix_seconds == 1_700_000_010.0
        assert house.in_force is SECOND


async def test_a_bug_costs_one_reload_and_not_the_reloader(
    clock: FakeClock, caplog: pytest.LogCaptureFixture
) -> None:
    house = House(clock, [BROKEN, SECOND])
    async with house.reloader() as reloader:
        assert (await reloader.reload()).problems == (BUG,)
        assert house.in_force is FIRST
        assert "Traceback" in caplog.text
        assert (await reloader.reload()).ok


async def test_warnings_go_to_the_log(
    clock: FakeClock, caplog: pytest.LogCaptureFixture
) -> None:
    async with House(clock, [SECOND], warnings=["a", "b"]).reloader() as reloader:
        await reloader.reload()
    warned = [
        each.message for each in caplog.records if each.levelno == logging.WARNING
    ]
    assert warned == ["a", "b"]


async def test_who_asks_during_a_reload_is_answered_by_the_next_all_by_the_same(
    clock: FakeClock, eventually: Eventually
) -> None:
    house = House(clock, [SECOND, BAD, FIRST])
    house.may_apply.clear()
    async with house.reloader() as reloader:
        first = asyncio.create_task(reloader.reload())
        await eventually(lambda: house.at_work == 1)
        later = [asyncio.create_task(reloader.reload()) for _ in range(20)]
        reloader.request()
        await asyncio.sleep(0.01)
        assert house.loads == 1
        house.may_apply.set()
        assert (await first).ok
        assert {(await each).problems for each in later} == {BAD.problems}
        assert (house.loads, house.most_at_work) == (2, 1)
        assert house.in_force is SECOND


async def test_who_asks_while_the_file_is_read_is_not_answered_by_that_reading(
    clock: FakeClock, eventually: Eventually
) -> None:
    house = House(clock, [SECOND, FIRST])
    house.may_load.clear()
    async with house.reloader() as reloader:
        first = asyncio.create_task(reloader.reload())
        await eventually(lambda: house.loads == 1)
        later = asyncio.create_task(reloader.reload())
        await asyncio.sleep(0)
        house.may_load.set()
        await asyncio.gather(first, later)
        assert (house.loads, house.in_force) == (2, FIRST)


async def test_who_leaves_takes_the_answer_from_nobody(
    clock: FakeClock, eventually: Eventually
) -> None:
    house = House(clock, [SECOND])
    house.may_apply.clear()
    async with house.reloader() as reloader:
        leaver, stayer = (asyncio.create_task(reloader.reload()) for _ in range(2))
        await eventually(lambda: house.at_work == 1)
        leaver.cancel()
        house.may_apply.set()
        assert (await stayer).ok
        assert house.loads == 1


async def test_at_the_end_nobody_is_left_waiting(
    clock: FakeClock, eventually: Eventually
) -> None:
    house = House(clock, [SECOND])
    house.may_apply.clear()
    async with house.reloader() as reloader:
        waiting = [asyncio.create_task(reloader.reload())]
        await eventually(lambda: house.at_work == 1)
        waiting.append(asyncio.create_task(reloader.reload()))
        await asyncio.sleep(0)
    done, _ = await asyncio.wait(waiting, timeout=5)
    assert len(done) == 2
    assert all(each.cancelled() for each in done)
    assert house.in_force is FIRST


async def test_a_changed_file_is_loaded_once_be_it_good_or_bad(
    clock: FakeClock, eventually: Eventually, tmp_path: Path
) -> None:
    house, file = House(clock, [BAD, SECOND]), tmp_path / "a.toml"
    watch, other = FileWatch([file]), tmp_path / "other"
    other.write_text("bad")
    async with (
        house.reloader() as reloader,
        at_work(reload_on_change(reloader, watch, 0.01)),
    ):
        # Bad, and told of once.
        other.rename(file)
        await eventually(lambda: not reloader.last.ok)
        await asyncio.sleep(0.2)
        assert house.loads == 1
        file.unlink()
        await eventually(lambda: reloader.last.ok)
        await asyncio.sleep(0.1)
        assert (house.loads, house.in_force) == (2, SECOND)
