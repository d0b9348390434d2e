"""In: the URL of an http_sd server. Out: what it lists, the last good kept."""

import asyncio
import os
import re
from collections.abc import Callable

import aiohttp

from picotemp_collector.config.shapes import DeviceUrl
from picotemp_collector.daemon_thread import in_daemon_thread
from picotemp_collector.sources.json_text import NotJsonError, read_json
from picotemp_collector.sources.kept import Kept
from picotemp_collector.sources.listing import (
    NOTHING,
    Listing,
    SourceError,
    reread,
)
from picotemp_collector.sources.target_groups import read_groups

MOST_BYTES = 16 * 1024 * 1024
TIMEOUT_SECONDS = 10.0
INTERVAL_HEADER = "X-Prometheus-Refresh-Interval-Seconds"
# Prometheus takes these and no others.
JSON_TYPE = re.compile(
    r'application/json(;\s*charset=("utf-8"|utf-8))?', re.ASCII | re.IGNORECASE
)


class HttpSource:
    """One URL; one at a time may ask it."""

    def __init__(self, url: DeviceUrl) -> None:
        self.kept = Kept(origin=url.shown)
        self._url = url
        self._last_good = NOTHING

    async def refresh(
        self,
        session: aiohttp.ClientSession,
        interval_seconds: float,
        unix_seconds: Callable[[], float],
    ) -> None:
        """Ask; it ends within TIMEOUT_SECONDS, and the time to read the list."""
        try:
            content = await ask(session, self._url, interval_seconds)
            listing = await self._listing(content)
        except SourceError as error:
            problems, is_current = error.problems, False
        else:
            problems, is_current = listing.problems, True
            self._last_good = listing
        self.kept.take(self._last_good.entries, problems, is_current, unix_seconds())

    async def _listing(self, content: bytes) -> Listing:
        origin, last_good = self.kept.origin, self._last_good
        # For thousands it takes longer than a poll may be late.
        return await in_daemon_thread(
            lambda: reread(content, lambda body: _parsed(body, origin), last_good),
            f"read {origin}",
        )


async def ask(
    session: aiohttp.ClientSession, url: DeviceUrl, interval_seconds: float
) -> bytes:
    """Give what a server answers; raises SourceError, which never holds a password."""
    timeout_seconds = min(interval_seconds, TIMEOUT_SECONDS)
    try:
        async with asyncio.timeout(timeout_seconds):
            return await _get(session, url, interval_seconds)
    except _RefusedError as error:
        why = str(error)
    except TimeoutError:
        why = f"no whole answer within {timeout_seconds:g} s"
    except (aiohttp.ClientError, OSError, ValueError) as error:
        why = _explain(error)
    raise SourceError([f"{url.shown}: {why}"])


class _RefusedError(Exception):
    """An answer that will not do; its text says why."""


async def _get(
    session: aiohttp.ClientSession, url: DeviceUrl, interval_seconds: float
) -> bytes:
    headers = {
        "Accept": "application/json",
        "Accept-Encoding": "identity",
        INTERVAL_HEADER: str(interval_seconds).removesuffix(".0"),
    }
    async with session.get(
        url.full, headers=headers, allow_redirects=False
    ) as response:
        _refuse_unusable(response)
        content = bytearray()
        async for chunk in response.content.iter_any():
            content += chunk
            if len(content) > MOST_BYTES:
                raise _RefusedError(f"more than {MOST_BYTES} bytes")
        return bytes(content)


def _refuse_unusable(response: aiohttp.ClientResponse) -> None:
    if response.status != 200:
        raise _RefusedError(f"expected status 200, given {response.status}")
    content_type = response.headers.get("Content-Type", "").strip()
    if not JSON_TYPE.fullmatch(content_type):
        raise _RefusedError(
            f"expected Content-Type application/json, given {content_type or 'none'}"
        )
    encoding = response.headers.get("Content-Encoding", "identity")
    if encoding.lower() != "identity":
        raise _RefusedError("expected no Content-Encoding: none was accepted")


def _parsed(content: bytes, origin: str) -> Listing:
    try:
        return read_groups(read_json(content), origin)
    except NotJsonError as error:
        raise SourceError([f"{origin}: {error}"]) from None


def _explain(error: Exception) -> str:
    # Never its text: it may hold the URL with its password.
    if isinstance(error, aiohttp.ClientConnectorDNSError):
        return f"the name {error.host} has no address"
    if isinstance(error, aiohttp.ClientSSLError):
        return "TLS failed; check the certificate"
    if isinstance(error, OSError) and error.errno:
        return os.strerror(error.errno).lower()
    if isinstance(error, (aiohttp.ServerDisconnectedError, aiohttp.ClientPayloadError)):
        return "the connection broke before the answer was whole"
    if isinstance(error, aiohttp.ClientResponseError):
        return "the answer is not HTTP"
    return type(error).__name__
