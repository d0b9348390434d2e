"""In: what each path answers. Out: the web application around it, errors with hints."""

import gzip
import json
import logging
from collections.abc import Awaitable, Callable, Mapping

from aiohttp import web

from picotemp_collector.metrics.negotiation import prefers_gzip

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]
# Below this, gzip costs more than it saves.
COMPRESS_LEAST_BYTES = 1024
HEADERS = {
    "Cache-Control": "no-store",
    "Server": "picotemp-collector",
    "X-Content-Type-Options": "nosniff",
}
logger = logging.getLogger(__name__)


def make_web_app(handlers: Mapping[str, Handler]) -> web.Application:
    """Give the application that answers GET and HEAD on each of the paths."""
    app = web.Application(middlewares=[_explain_errors])
    for path, handler in handlers.items():
        app.router.add_get(path, handler)
    app.on_response_prepare.append(_add_headers)
    return app


@web.middleware
async def _explain_errors(request: web.Request, handler: Handler) -> web.StreamResponse:
    try:
        return _compressed(request, await handler(request))
    except web.HTTPMethodNotAllowed as error:
        allowed = ", ".join(sorted(error.allowed_methods))
        text = f"method {request.method} is not allowed here"
        return _error(405, text, f"allowed: {allowed}", {"Allow": allowed})
    except web.HTTPNotFound:
        paths = (resource.canonical for resource in request.app.router.resources())
        return _error(404, "no such path", "there are " + " ".join(paths))
    except web.HTTPException as error:
        return _error(error.status, error.reason, "see / for what is here")
    except Exception:  # a bug in one answer must not show a traceback to its asker
        logger.exception("%s failed by a bug", request.path)
        return _error(500, "a bug in the collector", "its log has the traceback")


def _compressed(
    request: web.Request, response: web.StreamResponse
) -> web.StreamResponse:
    if "Vary" in response.headers:  # then it has seen to its form itself
        return response
    if isinstance(response, web.Response) and isinstance(response.body, bytes):
        response.headers["Vary"] = "Accept-Encoding"
        if len(response.body) >= COMPRESS_LEAST_BYTES and prefers_gzip(
            ",".join(request.headers.getall("Accept-Encoding", ()))
        ):
            # The fastest level: a scrape is a few hops away, not across an ocean.
            response.body = gzip.compress(response.body, compresslevel=1, mtime=0)
            response.headers["Content-Encoding"] = "gzip"
    return response


async def _add_headers(_request: web.Request, response: web.StreamResponse) -> None:
    response.headers.update(HEADERS)


def _error(
    status: int, text: str, hint: str, headers: Mapping[str, str] | None = None
) -> web.Response:
    return web.json_response(
        text=json.dumps({"error": text, "hint": hint}) + "\n",
        status=status,
        headers=headers,
    )
