"""In: what a board did lately. Out: /api/v1/devices/NAME/history, JSON for programs."""

import json
from collections.abc import Awaitable, Callable

from aiohttp import web

from picotemp_collector.errors import Failure, RequestError
from picotemp_collector.readings.clock import utc_text
from picotemp_collector.readings.device import Device
from picotemp_collector.readings.history import Past, Result

# A name may hold slashes.
HISTORY_PATH = "/api/v1/devices/{name:.+}/history"


def make_history_handler(
    find_device: Callable[[str], Device | None], past: Callable[[str], Past]
) -> Callable[[web.Request], Awaitable[web.Response]]:
    """Give the handler of the past of each device; `past` gives that of a URL."""

    async def history(request: web.Request) -> web.Response:
        name = request.match_info["name"]
        device = find_device(name)
        if device is None:
            hint = "/api/v1/devices names those there are"
            raise RequestError(404, f"no device is named {name}", hint)
        shown = describe(device, past(device.url))
        return web.json_response(text=json.dumps(shown) + "\n")

    return history


def describe(device: Device, past: Past) -> dict[str, object]:
    """Give the past of a device as plain values, newest first."""
    return {
        "name": device.name,
        "url": device.shown_url,
        "results": [_described(result) for result in past.results],
        "failures": [_described(result) for result in past.failures],
    }


def _described(result: Result) -> dict[str, object]:
    outcome = result.outcome
    shown: dict[str, object] = {
        "ended": utc_text(result.unix_seconds),
        "age_seconds": round(result.age_seconds, 3),
        "duration_seconds": round(result.duration_seconds, 6),
    }
    if isinstance(outcome, Failure):
        return shown | {"reason": outcome.reason, "detail": outcome.detail}
    return shown | {"celsius": outcome}
