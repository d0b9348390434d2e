"""In: the head of one request. Out: one whole answer, by way of microdot."""

import json

from microdot import Microdot, Request, Response

from .answer import FAILED, JSON, Answerer, error_body, render, render_error
from .metrics import CONTENT_TYPE
from .payload import build
from .sensor import Sensor, SensorError

GET_TEMPERATURE = b"GET / HTTP/1."


class Teller:
    """Whoever knows what GET /info and GET /metrics show (the app)."""

    def info(self) -> dict[str, object]:
        """Give what /info shows: plain values only."""
        raise NotImplementedError

    def metrics(self) -> bytes:
        """Give what /metrics shows."""
        raise NotImplementedError


class Routes(Answerer):
    """What each URL answers."""

    def __init__(self, sensor: Sensor, teller: Teller) -> None:
        self._sensor = sensor
        self._app = make_app(sensor, teller)
        self._shown: float | None = None
        self._ready = b""

    def ready(self, head: bytes) -> bytes:
        """Give what nearly everybody asks: rendered once for each temperature."""
        return self._temperature() if head.startswith(GET_TEMPERATURE) else b""

    async def answer(self, head: bytes) -> bytes:
        """Answer a request whose head is whole and checked."""
        # Only the line counts, and no query: microdot would decode what nobody needs.
        method, target, _ = head[: head.find(b"\r\n")].decode().split(" ")
        request = _Asked(method, target.split("?", 1)[0])
        response = await self._app.dispatch_request(request)
        headers = response.headers
        if "Content-Type" not in headers:
            headers["Content-Type"] = JSON
        is_head = method == "HEAD"
        return render(response.status_code, headers, response.body, is_head)

    def _temperature(self) -> bytes:
        try:
            celsius = self._sensor.celsius()
        except SensorError as error:
            return render_error(503, str(error))
        if celsius != self._shown:
            body = build(celsius).encode()
            self._ready = render(200, {"Content-Type": JSON}, body)
            self._shown = celsius
        return self._ready


def make_app(sensor: Sensor, teller: Teller) -> Microdot:
    """Give the microdot app with all routes."""
    app = Microdot()

    async def temperature(_request: Request) -> Response:
        try:
            return _Told(200, build(sensor.celsius()).encode())
        except SensorError as error:
            return _Told(503, error_body(str(error)))

    async def info(_request: Request) -> Response:
        return _Told(200, json.dumps(teller.info()).encode())

    async def metrics(_request: Request) -> Response:
        return _Told(200, teller.metrics(), CONTENT_TYPE)

    async def not_found(_request: Request) -> Response:
        return _Told(404, error_body("no such path; there are /, /info and /metrics"))

    async def wrong_method(request: Request) -> Response:
        allow = app.default_options_handler(request)["Allow"]
        return _Told(405, error_body("wrong method; see Allow"), allow=allow)

    async def failed(_request: Request) -> Response:
        return _Told(500, error_body(FAILED))

    app.get("/info")(info)
    app.get("/metrics")(metrics)
    app.get("/")(temperature)
    app.errorhandler(404)(not_found)
    app.errorhandler(405)(wrong_method)
    app.errorhandler(500)(failed)
    return app


class _Asked(Request):
    """A request with what dispatching takes; the head was checked before."""

    content_length = 0
    g = None  # type: ignore[assignment]
    subapp = None  # type: ignore[assignment]
    after_request_handlers = ()  # type: ignore[assignment]

    def __init__(self, method: str, path: str) -> None:
        self.method = method
        self.path = path


class _Told(Response):
    """A response with what render() takes."""

    def __init__(
        self, status: int, body: bytes, kind: str = JSON, allow: str = ""
    ) -> None:
        self.status_code = status
        self.body = body
        self.headers = {"Content-Type": kind}  # type: ignore[assignment]
        if allow:
            self.headers["Allow"] = allow
