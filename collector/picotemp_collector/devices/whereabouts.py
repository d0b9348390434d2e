"""In: a device. Out: the address behind its name, for people, as far as it is known."""

import asyncio

from yarl import URL

from picotemp_collector.devices.address import parse_address
from picotemp_collector.devices.asking import FindHost
from picotemp_collector.readings.device import Device


async def whereabouts(device: Device, find_host: FindHost | None) -> str:
    """Give the address of a device; waits for nothing."""
    host = URL(device.url).raw_host or ""
    if parse_address(host) or find_host is None:
        return host
    try:
        # What is known is given at once, before this time can pass.
        async with asyncio.timeout(0):
            found = await find_host(host)
    except TimeoutError:
        return f"{host} -> not known yet"
    except OSError:
        return f"{host} -> no address"
    return f"{host} -> {', '.join(address.text for address in found)}"
