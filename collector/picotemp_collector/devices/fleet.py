"""In: devices and what their pollers share. Out: a turn for each board, in time."""

import asyncio
from collections.abc import AsyncIterator, Iterable, Iterator, Mapping, Sequence
from contextlib import asynccontextmanager
from functools import partial
from typing import TypeVar

from picotemp_collector.devices.alarm import Alarm
from picotemp_collector.devices.poller import Poller, Polling, lead_of
from picotemp_collector.devices.schedule import first_due_seconds
from picotemp_collector.readings.device import Device

# So many begin or end at a time, in a few milliseconds; others have turns between.
BATCH = 200
# A poll may take one timeout for the name and one for the board, and a little more.
GRACE_SECONDS = 5.0
Item = TypeVar("Item")
Groups = Mapping[str, Sequence[Device]]


class Fleet:
    """Every device that is polled; no turn waits for another."""

    def __init__(self, shared: Polling) -> None:
        self._shared = shared
        # By URL: every poller, and the turns under way.
        self._pollers: dict[str, Poller] = {}
        self._turns: dict[str, asyncio.Task[None]] = {}
        self._alarm = Alarm(self._begin_turn)

    async def turn_to(self, devices: Iterable[Device]) -> None:
        """Know and poll these from now on; whose settings stay is not disturbed.

        After it nothing more is recorded for those that are no longer named. Not for
        two callers at once.
        """
        devices = tuple(devices)
        groups = _by_url(devices)
        await self._end([url for url in self._pollers if not self._stays(url, groups)])
        await asyncio.sleep(0)
        # At one stroke: who records for a device that the store does not know yet, or
        # no more, has made a mistake; so those that go have ended, and new ones wait.
        self._shared.store.follow(devices)
        for url, poller in self._pollers.items():
            poller.turn_to(groups[url])
        await self._begin(
            [group for url, group in groups.items() if url not in self._pollers]
        )

    async def close(self) -> None:
        """Poll nothing more; what is known stays known."""
        await self._end(list(self._pollers))

    def goes_on(self) -> bool:
        """Tell whether polls end that are due; those of dead devices do too.

        While any ends, the others may be waiting for a place.
        """
        now_seconds, pollers = _now_seconds(), self._pollers.values()
        ended_seconds = max((each.ended_seconds for each in pollers), default=0.0)
        return all(
            now_seconds - max(each.due_seconds, ended_seconds)
            <= 2 * each.lead.timeout_seconds + GRACE_SECONDS
            for each in pollers
        )

    def _stays(self, url: str, groups: Groups) -> bool:
        return url in groups and lead_of(groups[url]) == self._pollers[url].lead

    async def _begin(self, groups: Sequence[Sequence[Device]]) -> None:
        for batch in _batches(groups):
            for group in batch:
                lead = lead_of(group)
                due_seconds = first_due_seconds(_now_seconds(), lead.name, len(groups))
                self._pollers[lead.url] = Poller(group, self._shared, due_seconds)
                self._alarm.set(lead.url, due_seconds)
            await asyncio.sleep(0)

    def _begin_turn(self, url: str) -> None:
        poller = self._pollers[url]
        turn = asyncio.create_task(poller.take_turn(), name=f"poll {poller.lead.name}")
        self._turns[url] = turn
        turn.add_done_callback(partial(self._end_turn, url))

    def _end_turn(self, url: str, _turn: asyncio.Task[None]) -> None:
        del self._turns[url]
        if url in self._pollers:
            self._alarm.set(url, self._pollers[url].due_seconds)

    async def _end(self, urls: Sequence[str]) -> None:
        self._alarm.remove(set(urls))
        for url in urls:
            del self._pollers[url]
        for batch in _batches(urls):
            turns = [self._turns[url] for url in batch if url in self._turns]
            for turn in turns:
                turn.cancel()
            await asyncio.gather(*turns, return_exceptions=True)


@asynccontextmanager
async def polling(devices: Iterable[Device], shared: Polling) -> AsyncIterator[Fleet]:
    """Poll every device until the end of the block."""
    fleet = Fleet(shared)
    try:
        await fleet.turn_to(devices)
        yield fleet
    finally:
        await fleet.close()


def _by_url(devices: Iterable[Device]) -> dict[str, list[Device]]:
    # Two names for one board must not have it asked twice.
    groups: dict[str, list[Device]] = {}
    for device in devices:
        groups.setdefault(device.url, []).append(device)
    return groups


def _batches(items: Sequence[Item]) -> Iterator[Sequence[Item]]:
    for first in range(0, len(items), BATCH):
        yield items[first : first + BATCH]


def _now_seconds() -> float:
    return asyncio.get_running_loop().time()
