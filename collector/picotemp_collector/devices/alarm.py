"""In: names, and when each is due. Out: a call for each in time, by one timer.

A sleeping task with a timer of its own takes more than a kilobyte, and there are
thousands of devices.
"""

import asyncio
from collections.abc import Callable, Container
from heapq import heapify, heappop, heappush

# No clock that a loop goes by is as fine as this.
INSTANT_SECONDS = 1e-6
# Timers of uvloop count these: one may be half of one early.
TICK_SECONDS = 0.001
# After a suspend all are due at once; others have turns between so many.
MOST_AT_ONCE = 50


class Alarm:
    """Calls `ring` with the name of each who is due, by the loop's clock."""

    def __init__(self, ring: Callable[[str], None]) -> None:
        self._ring = ring
        self._due: list[tuple[float, str]] = []
        self._timer: asyncio.TimerHandle | None = None

    def set(self, name: str, due_seconds: float) -> None:
        """Have a name called, once."""
        due = (due_seconds, name)
        heappush(self._due, due)
        if self._due[0] is due:
            self._wind()

    def remove(self, names: Container[str]) -> None:
        """Have these not called any more."""
        self._due = [due for due in self._due if due[1] not in names]
        heapify(self._due)
        self._wind()

    def _wind(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        if self._due:
            loop = asyncio.get_running_loop()
            self._timer = loop.call_at(self._due[0][0], self._go_off)

    def _go_off(self) -> None:
        loop = asyncio.get_running_loop()
        until_seconds = loop.time() + INSTANT_SECONDS
        if self._due[0][0] > until_seconds:
            self._timer = loop.call_later(TICK_SECONDS, self._go_off)
            return
        try:
            self._call_due(until_seconds)
        finally:  # a bug of ours may cost one turn, never those of the others
            self._wind()

    def _call_due(self, until_seconds: float) -> None:
        for _ in range(MOST_AT_ONCE):
            if not self._due or self._due[0][0] > until_seconds:
                break
            self._ring(heappop(self._due)[1])
