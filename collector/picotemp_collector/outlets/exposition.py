"""In: the metrics as text. Out: /metrics, in the form that a scraper asks for."""

from collections.abc import Awaitable, Callable, Mapping
from functools import lru_cache

from aiohttp import web
from attrs import frozen
from multidict import CIMultiDict

from picotemp_collector.metrics.exposition import Exposition
from picotemp_collector.metrics.format import Format
from picotemp_collector.metrics.negotiation import choose, prefers_gzip

# A scraper sends the same headers each time.
REMEMBERED_HEADERS = 64
Expositions = Mapping[Format, Exposition]
# Gives headers and body; None while something is to be waited for.
Ready = Callable[[], tuple[Mapping[str, str], bytes] | None]


@frozen
class _Form:
    """The form that somebody asks for: whose text, whether packed, what tells so."""

    exposition: Exposition
    is_packed: bool
    headers: CIMultiDict[str]

    async def body(self) -> bytes:
        if self.is_packed:
            return await self.exposition.packed()
        return await self.exposition.plain()

    def ready(self) -> tuple[CIMultiDict[str], bytes] | None:
        if self.is_packed:
            body = self.exposition.packed_at_once()
        else:
            body = self.exposition.plain_at_once()
        return (self.headers, body) if body is not None else None


def make_metrics_handler(
    expositions: Expositions,
) -> Callable[[web.Request], Awaitable[web.Response]]:
    """Give the handler of /metrics."""

    @lru_cache(REMEMBERED_HEADERS)
    def form(accept: str, accept_encoding: str) -> _Form:
        return _form(expositions, accept, accept_encoding)

    async def metrics(request: web.Request) -> web.Response:
        asked = form(_header(request, "Accept"), _header(request, "Accept-Encoding"))
        return web.Response(body=await asked.body(), headers=asked.headers.copy())

    return metrics


def make_metrics_at_once(
    expositions: Expositions,
) -> Callable[[Mapping[str, str]], Ready]:
    """Give what answers the same by the headers alone, where it need not wait."""

    def at_once(headers: Mapping[str, str]) -> Ready:
        accept, encoding = headers.get("accept", ""), headers.get("accept-encoding", "")
        return _form(expositions, accept, encoding).ready

    return at_once


def _form(expositions: Expositions, accept: str, accept_encoding: str) -> _Form:
    chosen = choose(accept)
    headers = CIMultiDict(
        {"Content-Type": chosen.content_type, "Vary": "Accept, Accept-Encoding"}
    )
    is_packed = prefers_gzip(accept_encoding)
    if is_packed:
        headers["Content-Encoding"] = "gzip"
    return _Form(expositions[chosen.format], is_packed, headers)


def _header(request: web.Request, name: str) -> str:
    # What comes in several lines is one list.
    return ",".join(request.headers.getall(name, ()))
