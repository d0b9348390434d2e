"""In: devices, plain and not. Out: the lean way for some, aiohttp for the rest."""

import asyncio
import errno
import logging
import socket
from collections.abc import AsyncIterator

import pytest
from attrs import define, field

from collector.asking import failure_of
from collector.fake_device import READING, FakeDevice
from collector.running import device
from picotemp_collector.devices.address import Addresses, parse_address
from picotemp_collector.devices.answer import Answer
from picotemp_collector.devices.client import Client
from picotemp_collector.devices.failure import DeadlineError
from picotemp_collector.devices.lean_client import LeanClient
from picotemp_collector.devices.target import Question, Target
from picotemp_collector.devices.watch import watching
from picotemp_collector.errors import FailureReason

NOT_PLAIN = b"HTTP/1.1 200 OK\r\nContent-Length : 32\r\n\r\n" + READING
UNTIL_CLOSE = b"HTTP/1.0 200 OK\r\n\r\n" + READING
CHUNKED = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n20\r\n%s\r\n0\r\n\r\n"
INTERIM = b"HTTP/1.1 100 Continue\r\n\r\n"


@define
class Known:
    """A resolver that knows some names; the others it never finds."""

    names: dict[str, list[str]] = field(factory=dict)

    async def resolve(self, host: str) -> Addresses:
        if host == "never.local":
            await asyncio.Event().wait()
        if host not in self.names:
            raise OSError(None, "no address")
        found = [parse_address(text) for text in self.names[host]]
        return tuple(address for address in found if address is not None)


@define
class Complete:
    """The client that takes over: counts who comes to it."""

    error: Exception | None = None
    asked: list[str] = field(factory=list)
    deadlines_seconds: list[float] = field(factory=list)

    async def get(
        self, target: Target, question: Question, deadline_seconds: float
    ) -> Answer:
        assert target.reading.url.host == question.url.host
        self.asked.append(str(question.url))
        self.deadlines_seconds.append(deadline_seconds)
        if self.error is not None:
            raise self.error
        return Answer(200, None, READING, cut=False)


@pytest.fixture
def names() -> Known:
    """Give a resolver without a name."""
    return Known()


@pytest.fixture
def complete() -> Complete:
    """Give a second client that nobody has asked."""
    return Complete()


@pytest.fixture
async def lean(names: Known) -> AsyncIterator[LeanClient]:
    """Give the client under test."""
    with watching() as watch:
        yield LeanClient(names, watch)


@pytest.fixture
def both(lean: LeanClient, complete: Complete) -> Client:
    """Give a client that hands over to the counting one."""
    return Client(lean, complete)


@pytest.mark.parametrize("raw", [UNTIL_CLOSE, CHUNKED % READING, INTERIM + UNTIL_CLOSE])
async def test_a_plain_device_is_not_handed_over(
    raw: bytes, both: Client, fake: FakeDevice, complete: Complete
) -> None:
    fake.follow(fake.send(raw))
    assert (await both.read(device(url=fake.url))).celsius == 27.04
    assert await both.ask_info(device(url=fake.url)) is None
    assert complete.asked == []


async def test_an_unusual_device_is_handed_over_for_good_and_told_once(
    both: Client,
    fake: FakeDevice,
    complete: Complete,
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level(logging.INFO)
    fake.follow(fake.send(NOT_PLAIN))
    asked = device(url=fake.url)
    for _ in range(3):
        assert (await both.read(asked)).celsius == 27.04
    await both.ask_info(asked)
    assert fake.requests == ["/"]
    assert complete.asked == [fake.url] * 3 + [f"{fake.url}/info"]
    told = [record.getMessage() for record in caplog.records]
    assert len(told) == 1
    assert told[0].startswith(f"attic ({fake.url}) ")


async def test_an_unusual_device_leaves_the_others_on_their_way(
    both: Client, fake: FakeDevice, complete: Complete
) -> None:
    fake.follow(fake.send(NOT_PLAIN), fake.answer())
    await both.read(device(url=f"{fake.url}/odd"))
    await both.read(device(url=f"{fake.url}/plain"))
    assert complete.asked == [f"{fake.url}/odd"]


@pytest.mark.parametrize(
    "url", ["https://127.0.0.1:1/", "http://user:geheim@127.0.0.1:1/", "http://u@[::1]"]
)
async def test_tls_and_passwords_go_to_the_complete_client_at_once(
    url: str, both: Client, complete: Complete
) -> None:
    await both.read(device(url=url))
    assert len(complete.asked) == 1


async def test_a_name_with_one_address_is_asked_there(
    both: Client, fake: FakeDevice, names: Known, complete: Complete
) -> None:
    names.names["pico.local"] = ["127.0.0.1"]
    url = fake.url.replace("127.0.0.1", "pico.local")
    assert (await both.read(device(url=url))).celsius == 27.04
    assert f"Host: pico.local:{fake.port}\r\n" in fake.heads[0]
    assert complete.asked == []


async def test_a_name_with_several_addresses_is_handed_over(
    both: Client, names: Known, complete: Complete
) -> None:
    names.names["two.local"] = ["127.0.0.1", "::1"]
    await both.read(device(url="http://two.local"))
    assert complete.asked == ["http://two.local"]


async def test_a_name_without_an_address_is_dns(both: Client) -> None:
    failure = await failure_of(both, device(url="http://nobody.local"))
    assert failure.reason is FailureReason.DNS
    assert "nobody.local" in failure.detail


async def test_a_name_that_is_looked_up_for_too_long_is_dns(both: Client) -> None:
    asked = device(url="http://never.local", timeout_seconds=0.05)
    failure = await failure_of(both, asked)
    assert failure.reason is FailureReason.DNS
    assert "within 0.05 s" in failure.detail


async def test_an_address_is_not_looked_up(
    both: Client, fake: FakeDevice, names: Known
) -> None:
    assert names.names == {}
    assert (await both.read(device(url=fake.url))).celsius == 27.04


async def test_a_device_with_an_ipv6_address_is_asked(
    both: Client, fake: FakeDevice, complete: Complete
) -> None:
    if not _has_ipv6():
        pytest.skip("there is no IPv6 here")
    async with await asyncio.start_server(fake.serve_one, "::1", 0) as server:
        port = server.sockets[0].getsockname()[1]
        url = f"http://[::1]:{port}/"
        assert (await both.read(device(url=url))).celsius == 27.04
    assert f"Host: [::1]:{port}\r\n" in fake.heads[0]
    assert complete.asked == []


async def test_our_own_want_of_files_is_not_the_devices_fault(
    both: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise OSError(errno.EMFILE, "too many")

    monkeypatch.setattr(socket, "socket", full)
    failure = await failure_of(both, device(url="http://127.0.0.1:1/"))
    assert failure.reason is FailureReason.INTERNAL


async def test_the_time_of_a_poll_goes_on_when_it_is_handed_over(
    lean: LeanClient, fake: FakeDevice
) -> None:
    complete = Complete(error=DeadlineError(is_looking_up=False))
    fake.follow(fake.send(NOT_PLAIN))
    begun_seconds = asyncio.get_running_loop().time()
    asked = device(url=fake.url, timeout_seconds=5)
    failure = await failure_of(Client(lean, complete), asked)
    assert failure.reason is FailureReason.TIMEOUT
    (deadline_seconds,) = complete.deadlines_seconds
    assert begun_seconds <= deadline_seconds - 5 <= asyncio.get_running_loop().time()


def _has_ipv6() -> bool:
    try:
        with socket.socket(socket.AF_INET6) as sock:
            sock.bind(("::1", 0))
    except OSError:
        return False
    return True
