"""In: what each path answers. Out: the web application around it, errors with hints."""

import gzip
import json
import logging
from collections.abc import Awaitable, Callable, Mapping

from aiohttp import web

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
    app = web.Application(middlewares=[_explain_errors, _compress])
    for path, handler in handlers.items():
        app.router.add_get(path, handler)
    app.on_response_prepare.append(_add_headers)
    return app


@web.middleware
async def _explain_errors(request: web.Request, handler: Handler) -> web.StreamResponse:
    try:
        return await handler(request)
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


@web.middleware
async def _compress(request: web.Request, handler: Handler) -> web.StreamResponse:
    response = await handler(request)
    if isinstance(response, web.Response) and isinstance(response.body, bytes):
        response.headers["Vary"] = "Accept-Encoding"
        if len(response.body) >= COMPRESS_LEAST_BYTES and accepts_gzip(
            request.headers.get("Accept-Encoding", "")
        ):
            # The fastest level: a scrape is a few hops away, not across an ocean.
            response.body = gzip.compress(response.body, compresslevel=1, mtime=0)
            response.headers["Content-Encoding"] = "gzip"
    return response


def accepts_gzip(accept_encoding: str) -> bool:
    """Whether gzip is named in the header, or a star, and not with q=0."""
    qualities: dict[str, float] = {}
    for part in accept_encoding.lower().split(","):
        coding, _, parameters = part.partition(";")
        qualities[coding.strip()] = _quality(parameters)
    return qualities.get("gzip", qualities.get("*", 0.0)) > 0


def _quality(parameters: str) -> float:
    name, _, value = parameters.strip().partition("=")
    if name.strip() != "q":
        return 1.0
    try:
        return float(value)
    except ValueError:
        return 0.0


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
