"""In: names, and when each is due. Out: each called once, in time, in order."""

import asyncio
from collections.abc import Callable, Sequence
from contextvars import Context
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from collector.virtual_time import now_seconds, run_virtually
from picotemp_collector.devices.alarm import MOST_AT_ONCE, Alarm

BEGIN_SECONDS = 1000.0
names = st.sampled_from("abcdefgh")
waits = st.integers(-5, 100)
after = st.integers(0, 100).map(lambda seconds: seconds + 0.5)


def calls(
    waits_seconds: Sequence[tuple[str, float]], removed: set[str], after_seconds: float
) -> list[tuple[str, float]]:
    """Give who is called and when, if some are removed after a while."""
    called: list[tuple[str, float]] = []

    async def run() -> None:
        alarm = Alarm(lambda name: called.append((name, now_seconds())))
        for name, wait_seconds in waits_seconds:
            alarm.set(name, BEGIN_SECONDS + wait_seconds)
        await asyncio.sleep(after_seconds)
        alarm.remove(removed)
        await asyncio.sleep(200)

    run_virtually(run())
    return called


@given(st.lists(st.tuples(names, waits)), st.sets(names), after)
def test_each_is_called_in_time_but_who_was_removed_before(
    waits_seconds: list[tuple[str, int]], removed: set[str], after_seconds: float
) -> None:
    expected = sorted(
        (max(0.0, wait_seconds), name)
        for name, wait_seconds in waits_seconds
        if name not in removed or wait_seconds < after_seconds
    )
    called = calls(waits_seconds, removed, after_seconds)
    assert sorted(name for name, _ in called) == sorted(name for _, name in expected)
    times = [at_seconds - BEGIN_SECONDS for _, at_seconds in called]
    assert times == pytest.approx([seconds for seconds, _ in expected], abs=1e-5)


def test_who_is_called_may_be_set_again() -> None:
    called: list[float] = []

    async def run() -> None:
        def ring(name: str) -> None:
            called.append(now_seconds())
            alarm.set(name, now_seconds() + 15)

        alarm = Alarm(ring)
        alarm.set("attic", now_seconds() + 1)
        await asyncio.sleep(60)
        alarm.remove({"attic"})

    run_virtually(run())
    assert called == [1001.0, 1016.0, 1031.0, 1046.0]


def test_when_thousands_are_due_at_once_others_have_turns_between() -> None:
    called: list[str] = []
    seen: list[int] = []

    async def run() -> None:
        alarm = Alarm(called.append)
        for number in range(5000):
            alarm.set(f"{number}", now_seconds() - number)
        while len(called) < 5000:
            seen.append(len(called))
            await asyncio.sleep(0)
        seen.append(len(called))

    run_virtually(run())
    assert max(after - before for before, after in pairwise(seen)) <= MOST_AT_ONCE
    assert called == [f"{number}" for number in reversed(range(5000))]


def test_a_bug_in_one_call_costs_none_of_the_others() -> None:
    called: list[str] = []

    async def run() -> None:
        def ring(name: str) -> None:
            if name == "attic":
                raise ZeroDivisionError
            called.append(name)

        asyncio.get_running_loop().set_exception_handler(lambda *_: None)
        alarm = Alarm(ring)
        for number, name in enumerate(("attic", "cellar", "shed")):
            alarm.set(name, now_seconds() + number)
        await asyncio.sleep(10)

    run_virtually(run())
    assert called == ["cellar", "shed"]


class EarlyLoop(asyncio.SelectorEventLoop):
    """Its timers are a little early, as those of a loop that counts milliseconds."""

    early_by_seconds = 0.005

    def call_at(  # type: ignore[override]
        self,
        when: float,
        callback: Callable[..., object],
        *args: Any,
        context: Context | None = None,
    ) -> asyncio.TimerHandle:
        early = when - self.early_by_seconds
        return super().call_at(early, callback, *args, context=context)


def test_a_timer_that_is_early_calls_nobody_before_its_time() -> None:
    early: list[float] = []

    async def run() -> None:
        done = asyncio.Event()
        due_seconds = now_seconds() + 0.01

        def ring(_name: str) -> None:
            early.append(due_seconds - now_seconds())
            done.set()

        Alarm(ring).set("attic", due_seconds)
        async with asyncio.timeout(5):
            await done.wait()

    with asyncio.Runner(loop_factory=EarlyLoop) as runner:
        runner.run(run())
    assert len(early) == 1
    assert early[0] <= 1e-6
