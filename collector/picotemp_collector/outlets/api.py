"""In: views of devices. Out: /api/v1/devices, JSON for programs."""

import json
from collections.abc import Awaitable, Callable, Sequence

import attrs
from aiohttp import web

from picotemp_collector.readings.clock import utc_text
from picotemp_collector.readings.view import View


def make_devices_handler(
    views: Callable[[], Sequence[View]],
) -> Callable[[web.Request], Awaitable[web.Response]]:
    """Give the handler of /api/v1/devices."""

    async def devices(_request: web.Request) -> web.Response:
        shown = {"devices": [describe(view) for view in views()]}
        return web.json_response(text=json.dumps(shown) + "\n")

    return devices


def describe(view: View) -> dict[str, object]:
    """Give a view as plain values; `celsius` and `fahrenheit` only when fresh."""
    success = view.last_success_unix_seconds
    shown: dict[str, object] = {
        "name": view.device.name,
        "url": view.device.shown_url,
        "up": view.up,
        "reason": view.reason,
        "detail": view.detail,
        "age_seconds": _rounded(view.age_seconds),
        "last_success": None if success is None else utc_text(success),
        "info": attrs.asdict(view.info) if view.info is not None else None,
    }
    if view.reading is not None:
        shown["celsius"] = view.reading.celsius
        shown["fahrenheit"] = view.reading.fahrenheit
    return shown


def _rounded(seconds: float | None) -> float | None:
    return None if seconds is None else round(seconds, 3)
