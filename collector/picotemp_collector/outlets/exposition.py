"""In: the metrics as text. Out: /metrics, in the form that a scraper asks for."""

from collections.abc import Awaitable, Callable, Mapping
from functools import lru_cache

from aiohttp import web
from multidict import CIMultiDict

from picotemp_collector.metrics.exposition import Exposition
from picotemp_collector.metrics.format import Format
from picotemp_collector.metrics.negotiation import choose, prefers_gzip

# A scraper sends the same headers each time.
REMEMBERED_HEADERS = 64
# What gives the body, and the headers that say which it is.
Form = tuple[Callable[[], Awaitable[bytes]], CIMultiDict[str]]


def make_metrics_handler(
    expositions: Mapping[Format, Exposition],
) -> Callable[[web.Request], Awaitable[web.Response]]:
    """Give the handler of /metrics."""

    @lru_cache(REMEMBERED_HEADERS)
    def form(accept: str, accept_encoding: str) -> Form:
        chosen = choose(accept)
        exposition = expositions[chosen.format]
        headers = CIMultiDict(
            {"Content-Type": chosen.content_type, "Vary": "Accept, Accept-Encoding"}
        )
        if prefers_gzip(accept_encoding):
            headers["Content-Encoding"] = "gzip"
            return exposition.packed, headers
        return exposition.plain, headers

    async def metrics(request: web.Request) -> web.Response:
        body, headers = form(
            _header(request, "Accept"), _header(request, "Accept-Encoding")
        )
        return web.Response(body=await body(), headers=headers.copy())

    return metrics


def _header(request: web.Request, name: str) -> str:
    # What comes in several lines is one list.
    return ",".join(request.headers.getall(name, ()))
