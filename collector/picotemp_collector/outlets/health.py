"""In: views of devices, how we and their sources are. Out: /health and its kin."""

import json
from collections.abc import Awaitable, Callable, Sequence
from enum import StrEnum

from aiohttp import web

from picotemp_collector.config.loaded import Loaded
from picotemp_collector.readings.clock import utc_text
from picotemp_collector.readings.source_state import SourceState
from picotemp_collector.readings.view import AbsenceReason, View

Handler = Callable[[web.Request], Awaitable[web.Response]]


class Status(StrEnum):
    """The house in one word."""

    OK = "ok"
    DEGRADED = "degraded"
    DOWN = "down"


def make_health_handler(
    views: Callable[[], Sequence[View]],
    loaded: Callable[[], Loaded],
    sources: Callable[[], Sequence[SourceState]],
) -> Handler:
    """Give the handler of /health: 503 when every device is down, else 200."""

    async def health(_request: web.Request) -> web.Response:
        shown = describe(views()) | {
            "configuration": describe_loaded(loaded()),
            "sources": [describe_source(state) for state in sources()],
        }
        status = 503 if shown["status"] is Status.DOWN else 200
        return web.json_response(text=json.dumps(shown) + "\n", status=status)

    return health


def make_healthy_handler() -> Handler:
    """Give the handler of /-/healthy: the process answers, whatever its devices do."""

    async def healthy(_request: web.Request) -> web.Response:
        return web.Response(text="healthy\n")

    return healthy


def make_ready_handler(is_ready: Callable[[], bool]) -> Handler:
    """Give the handler of /-/ready: 503 as soon as the end has begun."""

    async def ready(_request: web.Request) -> web.Response:
        if is_ready():
            return web.Response(text="ready\n")
        return web.Response(text="not ready: stopping\n", status=503)

    return ready


def describe(views: Sequence[View]) -> dict[str, object]:
    """Give the status of the house and the state of each device as plain values."""
    return {
        "status": judge(views),
        "devices": {view.device.name: _state(view) for view in views},
    }


def describe_loaded(loaded: Loaded) -> dict[str, object]:
    """Give which configuration is in force, and what is wrong with a later one."""
    return {
        "ok": loaded.ok,
        "problems": list(loaded.problems),
        "warnings": list(loaded.warnings),
        "loaded": utc_text(loaded.loaded_unix_seconds),
    }


def describe_source(state: SourceState) -> dict[str, object]:
    """Give how a source of devices is, as plain values."""
    success = state.last_success_unix_seconds
    return {
        "origin": state.origin,
        "ok": state.ok,
        "problems": list(state.problems),
        "devices": state.device_count,
        "last_success": None if success is None else utc_text(success),
    }


def judge(views: Sequence[View]) -> Status:
    """Give ok if all devices are up, down if all are known to be down."""
    if all(view.up for view in views):
        return Status.OK
    if any(view.up or _is_pending(view) for view in views):
        return Status.DEGRADED
    return Status.DOWN


def _state(view: View) -> dict[str, object]:
    if view.up:
        return {"state": "up"}
    state = "pending" if _is_pending(view) else "down"
    return {"state": state, "reason": view.reason, "detail": view.detail}


def _is_pending(view: View) -> bool:
    return view.reason is AbsenceReason.NOT_ASKED_YET
