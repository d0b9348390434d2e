"""In: a coroutine that sleeps. Out: what it returns, at once: its clock jumps ahead."""

import asyncio
import selectors
from collections.abc import Coroutine
from typing import Any, TypeVar

T = TypeVar("T")
LONGEST_LIFE_SECONDS = 100_000


class VirtualLoop(asyncio.SelectorEventLoop):
    """A loop that never waits: when nothing is left to do, its clock jumps.

    A task that would wait, or live, for ever is a RuntimeError, not a hanging test.
    """

    def __init__(self, longest_life_seconds: float = LONGEST_LIFE_SECONDS) -> None:
        self.now_seconds = 0.0
        self.longest_life_seconds = longest_life_seconds
        super().__init__(_Jumper(self))

    def time(self) -> float:
        return self.now_seconds


class _Jumper(selectors.DefaultSelector):
    def __init__(self, loop: VirtualLoop) -> None:
        super().__init__()
        self._loop = loop

    def select(
        self, timeout: float | None = None
    ) -> list[tuple[selectors.SelectorKey, int]]:
        ready = super().select(0)
        if not ready:
            if timeout is None:
                raise RuntimeError("every task waits for ever")
            self._loop.now_seconds += timeout
            if self._loop.now_seconds > self._loop.longest_life_seconds:
                raise RuntimeError("a task lives for ever")
        return ready


def in_virtual_time(
    work: Coroutine[Any, Any, T], longest_life_seconds: float = LONGEST_LIFE_SECONDS
) -> T:
    """Run a coroutine to its end without waiting."""
    with asyncio.Runner(
        loop_factory=lambda: VirtualLoop(longest_life_seconds)
    ) as runner:
        return runner.run(work)


def now_ms() -> int:
    """Give the running virtual loop's time; 0 where there is none."""
    try:
        loop = asyncio.get_running_loop()
    except RuntimeError:
        return 0
    return round(loop.time() * 1000) if isinstance(loop, VirtualLoop) else 0
