"""In: a store. Out: the lines of all its devices, rendered as each one changes."""

import asyncio
import math
from collections.abc import Callable, Sequence

from picotemp_collector.errors import UnknownDeviceError
from picotemp_collector.metrics.deadlines import Deadlines
from picotemp_collector.metrics.family import FAMILIES
from picotemp_collector.metrics.line import device_lines
from picotemp_collector.metrics.slots import Slots
from picotemp_collector.readings.store import Store
from picotemp_collector.readings.view import View

# So many are rendered at a time when a fleet goes stale at once, a few milliseconds.
BATCH = 200


class DeviceLines:
    """What a scrape tells of the devices, but for the joining."""

    def __init__(self, store: Store, now_seconds: Callable[[], float]) -> None:
        self._store = store
        self._now_seconds = now_seconds
        self._slots = Slots(len(FAMILIES))
        self._deadlines = Deadlines()
        # Grows with every change, so that an answer can be told from the next.
        self.generation = 0
        store.watch(self._update, self._expire)
        for view in store.views():
            self._put(view)

    def are_stale(self) -> bool:
        """Whether something may be out of date; to be sure takes a look at all."""
        return self._deadlines.may_have_passed(self._now_seconds())

    async def drop_stale(self) -> None:
        """Render anew what went out of date since its poll; others have turns between.

        It need not be a poll that ends: none may have ended for long, and a reload
        may have changed the devices.
        """
        while names := self._deadlines.passed(self._now_seconds()):
            for name in names[:BATCH]:
                self._update(name)
            await asyncio.sleep(0)

    def join(self, headings: Sequence[bytes], end: bytes) -> bytes:
        """Give all lines, each family's below its heading, then the end."""
        return self._slots.join(headings, end)

    def _expire(self, name: str) -> None:
        # The next scrape sees to it, in batches: a reload may change thousands.
        self._deadlines.set(name, -math.inf)

    def _update(self, name: str) -> None:
        try:
            self._put(self._store.view(name))
        except UnknownDeviceError:
            self._slots.remove(name)
            self._deadlines.remove(name)
            self.generation += 1

    def _put(self, view: View) -> None:
        self._slots.put(view.device.name, device_lines(view))
        self._deadlines.set(view.device.name, view.holds_until_seconds)
        self.generation += 1
