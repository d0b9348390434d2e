"""In: a coroutine that mostly sleeps. Out: its result at once; hours are instants."""

import asyncio
import selectors
from collections.abc import Coroutine
from typing import Any, TypeVar

Result = TypeVar("Result")


class VirtualLoop(asyncio.SelectorEventLoop):
    """A loop whose clock jumps to the next timer instead of waiting for it."""

    def __init__(self) -> None:
        self._selector = _Jumping()
        super().__init__(self._selector)

    def time(self) -> float:
        return self._selector.now_seconds


class _Jumping(selectors.DefaultSelector):
    def __init__(self) -> None:
        super().__init__()
        self.now_seconds = 1000.0

    def select(
        self, timeout: float | None = None
    ) -> list[tuple[selectors.SelectorKey, int]]:
        events = super().select(0)
        if not events and timeout is None:
            raise RuntimeError("everybody waits, and for no time: a deadlock")
        if not events:
            self.now_seconds += timeout or 0.0
        return events


def run_virtually(work: Coroutine[Any, Any, Result]) -> Result:
    """Run to the end; nothing in it may wait for a thread or a socket."""
    with asyncio.Runner(loop_factory=VirtualLoop) as runner:
        return runner.run(work)


def now_seconds() -> float:
    return asyncio.get_running_loop().time()
