"""In: a device on loopback. Out: one polite, bounded request for each answer."""

import asyncio

import pytest

from collector.asking import failure_of
from collector.fake_device import FakeDevice, Script
from collector.running import device
from picotemp.payload import Reading
from picotemp_collector.devices.client import Client
from picotemp_collector.errors import FailureReason
from picotemp_collector.readings.info import DeviceInfo


async def test_a_good_answer_gives_the_reading(
    client: Client, fake: FakeDevice
) -> None:
    assert await client.read(device(url=fake.url)) == Reading(27.04, 80.67)


async def test_a_request_is_polite(client: Client, fake: FakeDevice) -> None:
    await client.read(device(url=f"{fake.url}/pico/1?unit=both"))
    head = fake.heads[0].lower()
    assert head.startswith("get /pico/1?unit=both http/1.1\r\n")
    assert "connection: close\r\n" in head
    assert "accept-encoding: identity\r\n" in head
    assert "user-agent: picotemp-collector/" in head
    assert "cookie" not in head


async def test_a_password_in_the_url_is_sent_and_not_in_the_request_line(
    client: Client, fake: FakeDevice
) -> None:
    url = fake.url.replace("//", "//user:geheim@")
    await client.read(device(url=url))
    assert "Authorization: Basic dXNlcjpnZWhlaW0=\r\n" in fake.heads[0]
    assert "geheim" not in fake.heads[0]


async def test_cookies_are_not_kept(client: Client, fake: FakeDevice) -> None:
    fake.follow(fake.answer(headers="Set-Cookie: a=b\r\n"))
    for _ in range(2):
        # By name: from an address, no jar would take any.
        await client.read(device(url=f"http://localhost:{fake.port}"))
    assert "cookie" not in fake.heads[1].lower()


async def test_the_body_of_an_error_is_not_waited_for(
    client: Client, fake: FakeDevice
) -> None:
    fake.follow(fake.send(b"HTTP/1.1 404 No\r\nContent-Length: 1000000\r\n\r\n"))
    failure = await failure_of(client, device(url=fake.url))
    assert failure.reason is FailureReason.HTTP_STATUS


async def test_a_body_of_4096_bytes_is_taken(client: Client, fake: FakeDevice) -> None:
    body = b'{"tempC": 27.04, "tempF": 80.67}'.ljust(4096)
    fake.follow(fake.answer(body))
    assert (await client.read(device(url=fake.url))).celsius == 27.04


async def test_a_huge_body_costs_neither_memory_nor_time(
    client: Client, fake: FakeDevice
) -> None:
    fake.follow(fake.pour)
    failure = await failure_of(client, device(url=fake.url))
    assert failure.reason is FailureReason.TOO_LARGE


async def test_a_chunked_answer_is_read(client: Client, fake: FakeDevice) -> None:
    fake.follow(
        fake.send(
            b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
            b'10\r\n{"tempC": 27.04,\r\n10\r\n "tempF": 80.67}\r\n0\r\n\r\n'
        )
    )
    assert (await client.read(device(url=fake.url))).celsius == 27.04


async def test_info_is_read_beside_the_reading(
    client: Client, fake: FakeDevice
) -> None:
    fake.info = fake.answer(b'{"id": "e66", "uptime_s": 7, "rssi_dbm": "strong"}')
    info = await client.ask_info(device(url=fake.url))
    assert info == DeviceInfo(id="e66", uptime_seconds=7.0)
    assert fake.requests == ["/info"]


@pytest.mark.parametrize("kind", ["404", "html", "list", "huge", "reset", "silent"])
async def test_a_device_without_info_is_no_error(
    kind: str, client: Client, fake: FakeDevice
) -> None:
    scripts: dict[str, Script] = {
        "404": fake.answer(b"{}", status=404),
        "html": fake.answer(b"<html>"),
        "list": fake.answer(b"[1]"),
        "huge": fake.pour,
        "reset": fake.reset,
        "silent": fake.be_silent,
    }
    fake.info = scripts[kind]
    assert await client.ask_info(device(url=fake.url, timeout_seconds=0.3)) is None


async def test_every_poll_has_a_connection_of_its_own(
    client: Client, fake: FakeDevice
) -> None:
    fake.follow(fake.answer(headers="Connection: keep-alive\r\n"))
    asked = device(url=fake.url)
    await asyncio.gather(*(client.read(asked) for _ in range(3)))
    assert fake.requests == ["/"] * 3
