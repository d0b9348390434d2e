"""In: devices and what their pollers share. Out: one task for each, while it lasts."""

import asyncio
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager

from picotemp_collector.devices.poller import Poller, Polling
from picotemp_collector.readings.device import Device


@asynccontextmanager
async def polling(devices: Iterable[Device], shared: Polling) -> AsyncIterator[None]:
    """Poll every device until the end of the block; no task waits for another."""
    tasks = [
        asyncio.create_task(Poller(device, shared).run(), name=f"poll {device.name}")
        for device in devices
    ]
    try:
        yield
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
