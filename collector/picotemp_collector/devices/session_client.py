"""In: a question to a device. Out: the answer, by a complete client: aiohttp's."""

import asyncio
import socket
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

import aiohttp
from aiohttp.abc import AbstractResolver

from picotemp_collector.devices.answer import Answer, has_body_of_use
from picotemp_collector.devices.failure import DeadlineError, explain
from picotemp_collector.devices.target import (
    HEADERS,
    READING_MOST_BYTES,
    Question,
    Target,
)

# So much is looked at in one turn of the loop, where some loops take all there is: a
# device that pours, and has no end that aiohttp would see, keeps no other waiting.
RECEIVED_MOST_BYTES = 16384


class SessionClient:
    """Asks with aiohttp's session: for https, passwords, and all that is unusual."""

    def __init__(
        self,
        session: aiohttp.ClientSession,
        is_looking_up: Callable[[str], bool],
    ) -> None:
        self._session = session
        self._is_looking_up = is_looking_up

    async def get(
        self, target: Target, question: Question, deadline_seconds: float
    ) -> Answer:
        """Give the answer; raises PollError, DeadlineError."""
        try:
            async with asyncio.timeout_at(deadline_seconds):
                return await self._get(question)
        except TimeoutError as error:
            raise DeadlineError(self._is_looking_up(target.host)) from error
        except aiohttp.ClientError as error:
            raise explain(error) from error

    async def _get(self, question: Question) -> Answer:
        async with self._session.get(question.url, allow_redirects=False) as response:
            body, most_bytes = b"", question.most_bytes
            if has_body_of_use(response.status):
                body = await _read_at_most(response.content, most_bytes + 1)
            retry_after = response.headers.get("Retry-After")
            return Answer(response.status, retry_after, body, len(body) > most_bytes)


@asynccontextmanager
async def open_session(
    connector: aiohttp.BaseConnector,
) -> AsyncIterator[aiohttp.ClientSession]:
    """Give a session, closed at the end; it keeps no cookie and heeds no proxy."""
    async with aiohttp.ClientSession(
        connector=connector,
        cookie_jar=aiohttp.DummyCookieJar(),
        # The deadline is the client's own: aiohttp rounds those over 5 s up.
        timeout=aiohttp.ClientTimeout(total=None, sock_connect=None),
        headers=HEADERS,
        auto_decompress=False,
        trust_env=False,
        read_bufsize=READING_MOST_BYTES,
    ) as session:
        yield session


def tcp_connector(resolver: AbstractResolver) -> aiohttp.TCPConnector:
    """Give a connector that keeps no connection."""
    return aiohttp.TCPConnector(
        # The poller admits; a queue in here would count against the device's time.
        limit=0,
        force_close=True,
        resolver=resolver,
        # The resolver knows best what is fresh.
        use_dns_cache=False,
        socket_factory=_small_socket,
    )


def _small_socket(found: aiohttp.AddrInfoType) -> socket.socket:
    family, kind, protocol, *_ = found
    made = socket.socket(family, kind, protocol)
    made.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, RECEIVED_MOST_BYTES)
    return made


async def _read_at_most(content: aiohttp.StreamReader, most_bytes: int) -> bytes:
    body = b""
    while len(body) < most_bytes:
        chunk = await content.read(most_bytes - len(body))
        if not chunk:
            break
        body += chunk
    return body
