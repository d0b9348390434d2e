"""In: a device. Out: its reading or its info, over HTTP, bounded in bytes and time."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import aiohttp
from yarl import URL

from picotemp import __version__
from picotemp.payload import Reading
from picotemp_collector.devices.answer import (
    Answer,
    BusyError,
    has_body_of_use,
    info_of,
    reading_of,
)
from picotemp_collector.devices.failure import explain, name_timed_out, timed_out
from picotemp_collector.devices.resolver import DaemonResolver
from picotemp_collector.errors import PollError
from picotemp_collector.readings.device import Device
from picotemp_collector.readings.info import DeviceInfo

READING_MOST_BYTES = 4096
# /info is to carry the last lines of the board's log.
INFO_MOST_BYTES = 16384
# Boards get their address by DHCP: one that was found is not kept for long.
ADDRESS_KEPT_SECONDS = 30


class Client:
    """Asks devices, each time on a new connection."""

    def __init__(
        self, session: aiohttp.ClientSession, resolver: DaemonResolver
    ) -> None:
        self._session = session
        self._resolver = resolver

    async def read(self, device: Device) -> Reading:
        """Give the device's reading within its timeout; raises PollError."""
        busy: BusyError | None = None
        try:
            async with asyncio.timeout(device.timeout_seconds) as deadline:
                while True:
                    try:
                        return reading_of(await self._read_once(device))
                    except BusyError as error:
                        busy = error
                    await _wait_for_a_slot(busy, deadline)
        except TimeoutError as error:
            raise busy or self._timed_out(device) from error

    async def ask_info(self, device: Device) -> DeviceInfo | None:
        """Give what the device tells of itself; None if it does not answer that."""
        url = info_url(URL(device.url))
        try:
            async with asyncio.timeout(device.timeout_seconds):
                return info_of(await self._get(url, INFO_MOST_BYTES))
        except (PollError, TimeoutError):
            return None

    def _timed_out(self, device: Device) -> PollError:
        host = URL(device.url).host or ""
        if self._resolver.is_looking_up(host):
            return name_timed_out(host, device.timeout_seconds)
        return timed_out(device.timeout_seconds)

    async def _read_once(self, device: Device) -> Answer:
        return await self._get(URL(device.url), READING_MOST_BYTES)

    async def _get(self, url: URL, most_bytes: int) -> Answer:
        try:
            async with self._session.get(url, allow_redirects=False) as response:
                body = b""
                if has_body_of_use(response.status):
                    body = await _read_at_most(response.content, most_bytes + 1)
                cut = len(body) > most_bytes
                return Answer(response.status, response.headers, body, cut)
        except aiohttp.ClientError as error:
            raise explain(error) from error


@asynccontextmanager
async def open_client() -> AsyncIterator[Client]:
    """Give a client, closed at the end; it keeps no connection, cookie or proxy."""
    resolver = DaemonResolver()
    connector = aiohttp.TCPConnector(
        # The poller admits; a queue in here would count against the device's time.
        limit=0,
        force_close=True,
        resolver=resolver,
        ttl_dns_cache=ADDRESS_KEPT_SECONDS,
    )
    async with aiohttp.ClientSession(
        connector=connector,
        cookie_jar=aiohttp.DummyCookieJar(),
        # The deadline is the client's own: aiohttp rounds those over 5 s up.
        timeout=aiohttp.ClientTimeout(total=None, sock_connect=None),
        headers={
            "Accept": "application/json",
            "Accept-Encoding": "identity",
            "Connection": "close",
            "User-Agent": f"picotemp-collector/{__version__}",
        },
        auto_decompress=False,
        trust_env=False,
        read_bufsize=READING_MOST_BYTES,
    ) as session:
        yield Client(session, resolver)


def info_url(url: URL) -> URL:
    """Give the URL of a device's /info, below the path of its reading."""
    return url.with_query(None).with_fragment(None) / "info"


async def _wait_for_a_slot(busy: BusyError, deadline: asyncio.Timeout) -> None:
    ends_seconds = deadline.when()
    now_seconds = asyncio.get_running_loop().time()
    if ends_seconds is None or now_seconds + busy.retry_after_seconds >= ends_seconds:
        raise busy
    await asyncio.sleep(busy.retry_after_seconds)


async def _read_at_most(content: aiohttp.StreamReader, most_bytes: int) -> bytes:
    body = b""
    while len(body) < most_bytes:
        chunk = await content.read(most_bytes - len(body))
        if not chunk:
            break
        body += chunk
    return body
