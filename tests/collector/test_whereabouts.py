"""In: devices by name and by address. Out: where they are, as far as it is known."""

import asyncio
import socket

import pytest

from collector.running import device
from picotemp_collector.devices.address import Address, Addresses
from picotemp_collector.devices.whereabouts import whereabouts


async def known(_host: str) -> Addresses:
    return tuple(Address(f"10.0.0.{last}", socket.AF_INET) for last in (7, 8))


async def unknown(_host: str) -> Addresses:
    raise OSError(None, "no such name")


async def not_yet(_host: str) -> Addresses:
    await asyncio.Event().wait()
    return ()


@pytest.mark.parametrize(
    ("find_host", "shown"),
    [
        (known, "attic.test -> 10.0.0.7, 10.0.0.8"),
        (unknown, "attic.test -> no address"),
        (not_yet, "attic.test -> not known yet"),
        (None, "attic.test"),
    ],
)
async def test_of_a_name_its_addresses_are_told_at_once(
    find_host: object, shown: str
) -> None:
    attic = device("attic", "http://user:word@attic.test:8080/")
    async with asyncio.timeout(10):
        assert await whereabouts(attic, find_host) == shown  # type: ignore[arg-type]


async def test_an_address_is_where_it_is() -> None:
    assert await whereabouts(device(url="http://10.0.0.7/"), unknown) == "10.0.0.7"
