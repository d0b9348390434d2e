"""In: devices and what their pollers share. Out: a task for each board of them."""

import asyncio
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager

from attrs import frozen

from picotemp_collector.devices.poller import Poller, Polling, lead_of
from picotemp_collector.readings.device import Device


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
        """Poll these from now on; whose settings stay is not disturbed.

        After it nothing more is recorded for those that are no longer named.
        """
        groups = _by_url(devices)
        gone = [
            self._polled.pop(url)
            for url, polled in list(self._polled.items())
            if url not in groups or lead_of(groups[url]) != polled.lead
        ]
        newcomers = len(groups) - len(self._polled)
        for url, group in groups.items():
            if url in self._polled:
                self._polled[url].poller.turn_to(group)
            else:
                self._polled[url] = self._begin(group, newcomers)
        await _end(gone)

    async def close(self) -> None:
        """Poll nothing more."""
        await self.turn_to(())

    def _begin(self, group: list[Device], newcomers: int) -> _Polled:
        poller, lead = Poller(group, self._shared), lead_of(group)
        task = asyncio.create_task(poller.run(newcomers), name=f"poll {lead.name}")
        return _Polled(lead, poller, task)


@asynccontextmanager
async def polling(devices: Iterable[Device], shared: Polling) -> AsyncIterator[Fleet]:
    """Poll every device until the end of the block."""
    fleet = Fleet(shared)
    await fleet.turn_to(devices)
    try:
        yield fleet
    finally:
        await fleet.close()


def _by_url(devices: Iterable[Device]) -> dict[str, list[Device]]:
    # Two names for one board must not have it asked twice.
    groups: dict[str, list[Device]] = {}
    for device in devices:
        groups.setdefault(device.url, []).append(device)
    return groups


async def _end(gone: Iterable[_Polled]) -> None:
    tasks = [polled.task for polled in gone]
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
