"""In: what each path answers. Out: the web application around it, errors with hints."""

import gzip
import json
import logging
from collections.abc import Awaitable, Callable, Mapping, Sequence

from aiohttp import web

from picotemp_collector.errors import RequestError
from picotemp_collector.metrics.negotiation import prefers_gzip

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]
# Below this, gzip costs more than it saves.
COMPRESS_LEAST_BYTES = 1024
HEADERS = {
    "Cache-Control": "no-store",
    "Server": "picotemp-collector",
    "X-Content-Type-Options": "nosniff",
}
NONE: Mapping[str, Handler] = {}
Hear = Callable[[web.Request, web.StreamResponse], None]
# What is told of every answer; whoever serves may set it.
HEAR = web.AppKey[Hear]("hear")
logger = logging.getLogger(__name__)


def make_web_app(
    getting: Mapping[str, Handler], posting: Mapping[str, Handler] = NONE
) -> web.Application:
    """Give the application: some paths answer GET and HEAD, some POST."""
    # No middleware and no signal: every answer would pay for them.
    app = web.Application()
    app[HEAR] = lambda _request, _response: None
    shown = []
    for path in {**getting, **posting}:
        methods: list[str] = []
        if path in getting:
            app.router.add_get(path, _whole(getting[path]))
            methods += ["GET", "HEAD"]
        if path in posting:
            app.router.add_post(path, _whole(posting[path]))
            methods.append("POST")
        refuse = _whole(_refusing_others(methods))
        others = app.router.add_route("*", path, refuse)
        shown.append(others.resource.canonical if others.resource else path)
    app.router.add_route("*", "/{path:.*}", _whole(_knowing_only(shown)))
    return app


def _whole(handler: Handler) -> Handler:
    async def answer(request: web.Request) -> web.StreamResponse:
        try:
            response = _compressed(request, await handler(request))
        except RequestError as error:
            response = _error(error.status, error.text, error.hint)
        except web.HTTPException as error:
            response = _error(error.status, error.reason, "see / for what is here")
        except Exception:  # a bug in one answer must not show a traceback to its asker
            logger.exception("%s failed by a bug", request.path)
            told = "its log has the traceback"
            response = _error(500, "a bug in the collector", told)
        response.headers.update(HEADERS)
        request.app[HEAR](request, response)
        return response

    return answer


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


def _refusing_others(methods: Sequence[str]) -> Handler:
    allowed = ", ".join(methods)

    async def refuse(request: web.Request) -> web.StreamResponse:
        text = f"method {request.method} is not allowed here"
        return _error(405, text, f"allowed: {allowed}", {"Allow": allowed})

    return refuse


def _knowing_only(paths: Sequence[str]) -> Handler:
    hint = "there are " + " ".join(paths)

    async def refuse(_request: web.Request) -> web.StreamResponse:
        return _error(404, "no such path", hint)

    return refuse


def _error(
    status: int, text: str, hint: str, headers: Mapping[str, str] | None = None
) -> web.Response:
    return web.json_response(
        text=json.dumps({"error": text, "hint": hint}) + "\n",
        status=status,
        headers=headers,
    )
