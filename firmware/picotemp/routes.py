"""In: the head of one request. Out: one whole answer, by way of microdot."""

import json

from microdot import Microdot, Request, Response

from .answer import JSON, error_body, render, render_error
from .payload import build
from .sensor import Sensor, SensorError

GET_TEMPERATURE = b"GET / HTTP/1."


class Teller:
    """Whoever knows what GET /info shows (the app)."""

    def info(self) -> dict[str, object]:
        """Give it: plain values only."""
        raise NotImplementedError


class Routes:
    """What each URL answers."""

    def __init__(self, sensor: Sensor, teller: Teller) -> None:
        self._sensor = sensor
        self._app = make_app(sensor, teller)
        self._shown: float | None = None
        self._ready = b""

    async def answer(self, head: bytes) -> bytes:
        """Answer a request whose head is whole and checked."""
        # What nearly everybody asks is rendered once for each temperature.
        if head.startswith(GET_TEMPERATURE):
            return self._temperature()
        app = self._app
        # Only the line counts, and no query: microdot would decode what nobody needs.
        line = head.split(b"\r\n", 1)[0]
        method, target, version = line.split(b" ")
        line = b" ".join((method, target.split(b"?", 1)[0], version))
        request = await Request.create(app, _Lines(line), None, None)  # type: ignore[arg-type]
        response = await app.dispatch_request(request)
        if "Content-Type" not in response.headers:
            response.headers["Content-Type"] = JSON
        return render(
            response.status_code,
            response.headers,
            response.body,
            is_head=request.method == "HEAD",
        )

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
            return _json(200, build(sensor.celsius()).encode())
        except SensorError as error:
            return _json(503, error_body(str(error)))

    async def info(_request: Request) -> Response:
        return _json(200, json.dumps(teller.info()).encode())

    async def not_found(_request: Request) -> Response:
        return _json(404, error_body("no such path; there are / and /info"))

    async def wrong_method(request: Request) -> Response:
        allowed = app.default_options_handler(request)
        return _json(405, error_body("wrong method; see Allow"), allowed)

    async def failed(_request: Request) -> Response:
        return _json(500, error_body("the firmware failed; its serial log says why"))

    app.get("/")(temperature)
    app.get("/info")(info)
    app.errorhandler(404)(not_found)
    app.errorhandler(405)(wrong_method)
    app.errorhandler(500)(failed)
    return app


def _json(status: int, body: bytes, headers: dict[str, str] | None = None) -> Response:
    return Response(body, status, {"Content-Type": JSON} | (headers or {}))


class _Lines:
    """The reader that microdot asks for, in memory."""

    def __init__(self, line: bytes) -> None:
        self._line = line

    async def readline(self) -> bytes:
        line, self._line = self._line, b""
        return line
