"""In: connections that fail in every way. Out: the right reason for each."""

import errno
import time

import aiohttp
import pytest

from collector.asking import failure_of
from collector.fake_device import FakeDevice
from collector.running import device
from picotemp_collector.devices.client import Client
from picotemp_collector.devices.failure import explain
from picotemp_collector.errors import FailureReason


async def test_a_port_that_nobody_has_is_refused(
    client: Client, free_port: int
) -> None:
    asked = device(url=f"http://127.0.0.1:{free_port}")
    assert (await failure_of(client, asked)).reason is FailureReason.REFUSED


async def test_a_silent_device_is_given_up_at_the_timeout(
    client: Client, fake: FakeDevice
) -> None:
    fake.follow(fake.be_silent)
    begun_seconds = time.monotonic()
    failure = await failure_of(client, device(url=fake.url, timeout_seconds=0.2))
    assert failure.reason is FailureReason.TIMEOUT
    assert 0.15 < time.monotonic() - begun_seconds < 3


async def test_a_dripping_device_is_given_up_at_the_timeout(
    client: Client, fake: FakeDevice
) -> None:
    fake.follow(fake.drip)
    failure = await failure_of(client, device(url=fake.url, timeout_seconds=0.3))
    assert failure.reason is FailureReason.TIMEOUT


@pytest.mark.parametrize(
    "raw", [b"", b"HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\n{", b"HTTP/1.1 200"]
)
async def test_an_answer_that_ends_early_is_reset(
    raw: bytes, client: Client, fake: FakeDevice
) -> None:
    fake.follow(fake.send(raw))
    failure = await failure_of(client, device(url=fake.url))
    assert failure.reason is FailureReason.RESET


async def test_a_broken_connection_is_reset(client: Client, fake: FakeDevice) -> None:
    fake.follow(fake.reset)
    failure = await failure_of(client, device(url=fake.url))
    assert failure.reason is FailureReason.RESET


async def test_an_answer_that_is_not_http_is_told(
    client: Client, fake: FakeDevice
) -> None:
    fake.follow(fake.send(b"SSH-2.0-OpenSSH_9.2p1 Debian-2\r\n"))
    failure = await failure_of(client, device(url=fake.url))
    assert failure.reason is FailureReason.BAD_HTTP


async def test_tls_that_fails_is_told(client: Client, fake: FakeDevice) -> None:
    fake.follow(fake.answer())
    asked = device(url=fake.url.replace("http:", "https:"), timeout_seconds=1)
    assert (await failure_of(client, asked)).reason in (
        FailureReason.TLS,
        FailureReason.RESET,
        FailureReason.TIMEOUT,
    )


async def test_a_name_without_an_address_is_dns(client: Client) -> None:
    asked = device(url="http://nobody.invalid")
    failure = await failure_of(client, asked)
    assert failure.reason is FailureReason.DNS
    assert "nobody.invalid" in failure.detail


@pytest.mark.parametrize(
    ("number", "reason"),
    [
        (errno.ECONNREFUSED, FailureReason.REFUSED),
        (errno.EHOSTUNREACH, FailureReason.UNREACHABLE),
        (errno.ENETUNREACH, FailureReason.UNREACHABLE),
        (errno.ETIMEDOUT, FailureReason.TIMEOUT),
        (errno.ECONNRESET, FailureReason.RESET),
        (errno.EPIPE, FailureReason.RESET),
        # Our own want of files is not the device's fault.
        (errno.EMFILE, FailureReason.INTERNAL),
    ],
)
def test_what_the_system_says_has_its_reason(
    number: int, reason: FailureReason
) -> None:
    failure = explain(aiohttp.ClientOSError(number, "said")).failure
    assert failure.reason is reason
    assert failure.detail
