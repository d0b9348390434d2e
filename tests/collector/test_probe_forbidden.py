"""In: ways to have /probe ask where it may not. Out: a canary there that hears nothing.

The canary listens on 127.0.0.1 and ::1; allowed is a device at 127.77.7.7, and the
ports of both.
"""

import asyncio
import itertools
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from urllib.parse import quote

import aiohttp
import pytest
from attrs import define
from yarl import URL

from collector.answering import answering
from collector.fake_device import READING
from collector.probing import probing
from picotemp_collector.devices.address import Address, Addresses
from picotemp_collector.devices.client import open_client

ALLOWED = "127.77.7.7"
FORBIDDEN = Address("127.0.0.1", socket.AF_INET)
# {c} is the port of the canary, {d} that of the device.
TARGETS = [
    # plainly, and as other parts of a system write it
    "127.0.0.1:{c}", "http://127.0.0.1:{c}/", "localhost:{c}", "LOCALHOST.:{c}",
    "canary.test:{c}", "0.0.0.0:{c}", "0:{c}", "127.1:{c}", "127.0.1:{c}",
    "2130706433:{c}", "0x7f000001:{c}", "0X7F.1:{c}", "0x7f.0x0.0x0.0x1:{c}",
    "017700000001:{c}", "0177.0.0.1:{c}", "127.0.0.01:{c}", "127.0.0.1.:{c}",
    "127.0.0.1..:{c}", "4294967296:{c}", "127.0.0.257:{c}",
    # IPv6, and IPv4 in it
    "[::1]:{c}", "[0:0:0:0:0:0:0:1]:{c}", "::1:{c}", "[::]:{c}", "[::1%lo]:{c}",
    "[::1%25lo]:{c}", "[::ffff:127.0.0.1]:{c}", "[::ffff:7f00:1]:{c}",
    "[0:0:0:0:0:FFFF:7F00:0001]:{c}", "[::127.0.0.1]:{c}", "[64:ff9b::7f00:1]:{c}",
    "[64:ff9b::127.0.0.1]:{c}", "[2002:7f00:1::]:{c}", "[::ffff:0:127.0.0.1]:{c}",
    "[v1.127.0.0.1]:{c}", "[127.0.0.1]:{c}", "[::ffff:0x7f000001]:{c}",
    # somebody else before or behind
    "127.77.7.7@127.0.0.1:{c}", "127.77.7.7:{d}@127.0.0.1:{c}",
    "http://127.77.7.7:{d}@127.0.0.1:{c}/", "user:word@127.0.0.1:{c}",
    "127.0.0.1:{c}#127.77.7.7:{d}", "127.0.0.1:{c}?127.77.7.7:{d}",
    "127.0.0.1:{c}\\@127.77.7.7:{d}", "127.77.7.7:{d}\\@127.0.0.1:{c}",
    "127.77.7.7:{d}#@127.0.0.1:{c}", "127.77.7.7:{d},127.0.0.1:{c}",
    "127.77.7.7 127.0.0.1:{c}", "127.77.7.7:{d}:{c}", "127.77.7.7:{d}/../127.0.0.1",
    "127.77.7.7:{d}/http://127.0.0.1:{c}/", "127.0.0.1:{c};127.77.7.7",
    # letters that are none
    "127.77.7.7:{d}\r\nHost: 127.0.0.1:{c}", "127.0.0.1:{c}\r\n", "127.0.0.1:{c}\n",
    "127.77.7.7:{d}\r\n\r\nGET http://127.0.0.1:{c}/ HTTP/1.1\r\n\r\n",
    " 127.0.0.1:{c}", "127.0.0.1:{c}\t", "127.0.0.1:{c}\x00", "\x00127.0.0.1:{c}",
    "127.0.0.1\x00.test:{c}", "127%2e0%2e0%2e1:{c}", "%31%32%37.0.0.1:{c}",
    "127%252e0%252e0%252e1:{c}", "127.0.0.1%3A{c}", "127.0.0.1:{c}%2f",
    "１２７.0.0.1:{c}", "①②⑦.⓪.⓪.①:{c}", "127。0。0。1:{c}", "١٢٧.0.0.1:{c}",
    "ｌocalhost:{c}", "ⓛocalhost:{c}", "lo\u00adcalhost:{c}", "127.0.0.1\u200b:{c}",
    # other schemes and ports
    "https://127.0.0.1:{c}/", "ftp://127.0.0.1:{c}/", "gopher://127.0.0.1:{c}/_GET",
    "file:///etc/passwd", "unix:/tmp/canary", "http+unix://%2Ftmp%2Fcanary/",
    "ws://127.0.0.1:{c}/", "//127.0.0.1:{c}/", "http:127.0.0.1:{c}", "http:///",
    "http:/127.0.0.1:{c}", "http://http://127.0.0.1:{c}/", "HTTP://127.0.0.1:{c}",
    "http:\\\\127.0.0.1:{c}", "dict://127.0.0.1:{c}/info", "127.0.0.1:+{c}",
    "127.0.0.1:0{c}", "127.0.0.1:-{c}", "127.0.0.1: {c}", "127.77.7.7:{q}",
    "rebound.test:{c}", "late.test:{c}",
]  # fmt: skip


@define
class Scene:
    """The canary, the device, and where probes are answered."""

    url: str = ""
    canary_port: int = 0
    device_port: int = 0
    # Of the device, at a port that is not allowed.
    other_port: int = 0
    heard: int = 0
    asked: int = 0
    answer: bytes = b"HTTP/1.1 200 OK\r\n\r\n" + READING

    async def hear(self, _reader: object, writer: asyncio.StreamWriter) -> None:
        self.heard += 1
        writer.close()

    async def serve(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        self.asked += 1
        await reader.readuntil(b"\r\n\r\n")
        writer.write(self.answer)
        writer.close()

    async def status(self, session: aiohttp.ClientSession, query: str) -> int:
        url = URL(f"{self.url}/probe?{query}", encoded=True)
        async with session.get(url) as got:
            return got.status

    def written(self, target: str) -> str:
        ports = {"c": self.canary_port, "d": self.device_port, "q": self.other_port}
        for name, port in ports.items():
            target = target.replace(f"{{{name}}}", str(port))
        return target


def resolver() -> object:
    allowed = Address(ALLOWED, socket.AF_INET)
    # The first answer is the one that is checked; later ones lead to the canary.
    rebinding = itertools.chain([(allowed,)], itertools.repeat((FORBIDDEN,)))

    async def find(host: str) -> Addresses:
        await asyncio.sleep(0)
        if host == "rebinding.test":
            return next(rebinding)
        if host == "mixed.test":
            return FORBIDDEN, allowed
        if host in ("six.test", "mapped.test"):
            return (Address("::ffff:127.0.0.1", socket.AF_INET6), allowed)
        if host.endswith(".test") or "localhost" in host.lower():
            return (FORBIDDEN,)
        raise OSError(None, "no such name")

    return find


@asynccontextmanager
async def scene(*networks: str) -> AsyncIterator[Scene]:
    here = Scene()
    canary = await asyncio.start_server(here.hear, "127.0.0.1", 0)
    here.canary_port = canary.sockets[0].getsockname()[1]
    six = await asyncio.start_server(here.hear, "::1", here.canary_port)
    device = await asyncio.start_server(here.serve, ALLOWED, 0)
    here.device_port = device.sockets[0].getsockname()[1]
    other = await asyncio.start_server(here.hear, ALLOWED, 0)
    here.other_port = other.sockets[0].getsockname()[1]
    ports = (here.canary_port, here.device_port)
    find = resolver()
    async with (
        canary, six, device, other, open_client() as client,
        probing(client, networks=networks, ports=ports, find_host=find) as probes,  # type: ignore[arg-type]
        answering(probes) as url,
    ):  # fmt: skip
        here.url = url
        yield here


@pytest.fixture
async def here() -> AsyncIterator[Scene]:
    """Give a scene in which only the device may be asked."""
    async with scene("127.77.0.0/16", "0.0.0.0/0", "::/0") as made:
        yield made
        assert made.heard == 0


@pytest.mark.parametrize("target", TARGETS)
async def test_no_writing_of_a_forbidden_address_reaches_it(
    here: Scene, session: aiohttp.ClientSession, target: str
) -> None:
    query = f"target={quote(here.written(target), safe='')}"
    assert await here.status(session, query) in (400, 403, 404)
    assert here.asked == 0


async def test_neither_do_two_targets_nor_one_that_is_encoded_otherwise(
    here: Scene, session: aiohttp.ClientSession
) -> None:
    good, bad = f"{ALLOWED}:{here.device_port}", f"127.0.0.1:{here.canary_port}"
    for query in (
        f"target={good}&target={bad}", f"target={bad}&target={good}",
        f"target={good}%26target={bad}", f"target={good}%23{bad}",
        f"target={good}+{bad}", f"target[]={bad}", f"%74arget={bad}",
        f"target=127%2E0.0.1%3a{here.canary_port}",
        f"target=127%252E0.0.1%253a{here.canary_port}", f"target=%ff%fe{bad}",
    ):  # fmt: skip
        assert await here.status(session, query) in (400, 403, 404)


@pytest.mark.parametrize("host", ["mixed.test", "six.test", "rebinding.test"])
async def test_of_a_name_only_an_address_that_is_allowed_is_asked_and_no_later_one(
    here: Scene, session: aiohttp.ClientSession, host: str
) -> None:
    for _ in range(3):
        await here.status(session, f"target={host}:{here.device_port}")
        await here.status(session, f"target={host}:{here.canary_port}")
    assert here.asked == 1


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308, 300])
async def test_no_device_sends_us_elsewhere(
    here: Scene, session: aiohttp.ClientSession, status: int
) -> None:
    place = f"http://127.0.0.1:{here.canary_port}/"
    head = f"HTTP/1.1 {status} Go\r\nLocation: {place}\r\nRefresh: 0; url={place}\r\n"
    here.answer = head.encode() + b"Content-Length: 0\r\n\r\n"
    target = f"target={ALLOWED}:{here.device_port}"
    assert await here.status(session, target) == 200
    assert here.asked == 1


async def test_the_canary_would_hear_whoever_came(
    session: aiohttp.ClientSession,
) -> None:
    async with scene("127.0.0.0/8", "::1/128") as made:
        for target in ("127.0.0.1:{c}", "[::1]:{c}", "canary.test:{c}"):
            assert await made.status(session, f"target={made.written(target)}") == 200
        assert made.heard == 2, "the name and the address are one"
