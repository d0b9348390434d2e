"""In: devices and what their pollers share. Out: a task for each board of them."""

import asyncio
from collections.abc import AsyncIterator, Iterable, Iterator, Mapping, Sequence
from contextlib import asynccontextmanager
from typing import TypeVar

from attrs import frozen

from picotemp_collector.devices.poller import Poller, Polling, lead_of
from picotemp_collector.readings.device import Device

# So many begin or end at a time, in a few milliseconds; others have turns between.
BATCH = 200
# A poll may take one timeout for the name and one for the board, and a little more.
GRACE_SECONDS = 5.0
Item = TypeVar("Item")
Groups = Mapping[str, Sequence[Device]]


@frozen
class _Polled:
    lead: Device
    poller: Poller
    task: asyncio.Task[None]


class Fleet:
    """Every device that is polled; no task waits for another."""

    def __init__(self, shared: Polling) -> None:
        self._shared = shared
        self._polled: dict[str, _Polled] = {}

    async def turn_to(self, devices: Iterable[Device]) -> None:
        """Know and poll these from now on; whose settings stay is not disturbed.

        After it nothing more is recorded for those that are no longer named. Not for
        two callers at once.
        """
        devices = tuple(devices)
        groups = _by_url(devices)
        await self._end([url for url in self._polled if not self._stays(url, groups)])
        await asyncio.sleep(0)
        # At one stroke: who records for a device that the store does not know yet, or
        # no more, has made a mistake; so those that go have ended, and new ones wait.
        self._shared.store.follow(devices)
        for url, polled in self._polled.items():
            polled.poller.turn_to(groups[url])
        await self._begin(
            [group for url, group in groups.items() if url not in self._polled]
        )

    async def close(self) -> None:
        """Poll nothing more; what is known stays known."""
        await self._end(list(self._polled))

    def goes_on(self) -> bool:
        """Tell whether polls end that are due; those of dead devices do too.

        While any ends, the others may be waiting for a place.
        """
        now_seconds = asyncio.get_running_loop().time()
        polled = self._polled.values()
        ended_seconds = max((each.poller.ended_seconds for each in polled), default=0.0)
        return all(
            now_seconds - max(each.poller.due_seconds, ended_seconds)
            <= 2 * each.lead.timeout_seconds + GRACE_SECONDS
            for each in polled
        )

    def _stays(self, url: str, groups: Groups) -> bool:
        return url in groups and lead_of(groups[url]) == self._polled[url].lead

    async def _begin(self, groups: Sequence[Sequence[Device]]) -> None:
        for batch in _batches(groups):
            for group in batch:
                poller, lead = Poller(group, self._shared), lead_of(group)
                work = poller.run(len(groups))
                task = asyncio.create_task(work, name=f"poll {lead.name}")
                self._polled[lead.url] = _Polled(lead, poller, task)
            await asyncio.sleep(0)

    async def _end(self, urls: Sequence[str]) -> None:
        for batch in _batches(urls):
            tasks = [self._polled.pop(url).task for url in batch]
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)


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
