"""In: a target, and somebody who can ask it. Out: /probe, its metrics or its story."""

from collections.abc import Awaitable, Callable
from functools import lru_cache

from aiohttp import web

from picotemp.payload import Reading
from picotemp_collector.errors import Failure, RequestError, one_line
from picotemp_collector.metrics.format import Format
from picotemp_collector.metrics.negotiation import choose
from picotemp_collector.metrics.probe_text import probe_text
from picotemp_collector.metrics.scrape_timeout import (
    HEADER,
    TimeToAnswer,
    time_to_answer,
)
from picotemp_collector.readings.clock import utc_text
from picotemp_collector.readings.device import Device
from picotemp_collector.readings.history import Past, Result
from picotemp_collector.readings.probed import Probed

# A target and the seconds there are; raises RequestError.
Probe = Callable[[str, float], Awaitable[Probed]]
# Scrapers send the same headers each time.
REMEMBERED_HEADERS = 64
HINT = "/probe?target=NAME; /api/v1/devices has the names"


def make_probe_handler(
    probe: Probe,
    place_of: Callable[[Device], Awaitable[str]],
    past: Callable[[str], Past],
    count_ignored_timeout: Callable[[], None],
) -> Callable[[web.Request], Awaitable[web.Response]]:
    """Give the handler of /probe; `past` gives what the board of a URL did."""
    chosen = lru_cache(REMEMBERED_HEADERS)(choose)
    times = lru_cache(REMEMBERED_HEADERS)(time_to_answer)

    async def answer(request: web.Request) -> web.Response:
        time = times(_header(request, HEADER))
        if time.ignored:
            count_ignored_timeout()
        probed = await probe(_target(request), time.seconds)
        if request.query.get("debug") == "true":
            known = probed.device
            place = await place_of(known) if known else "its name has no address yet"
            before = past(known.url) if known else Past()
            return web.Response(text=story(probed, time, place, before))
        form = chosen(_header(request, "Accept") or "")
        # It is not worth being compressed, so it varies with nothing else.
        headers = {"Content-Type": form.content_type, "Vary": "Accept"}
        return web.Response(body=probe_text(probed, form.format), headers=headers)

    return answer


def story(probed: Probed, time: TimeToAnswer, place: str, past: Past) -> str:
    """Give what happened, for people; nothing in it is secret."""
    device = probed.device
    lines = [
        f"probed: {_shown(device.name if device else 'nobody')}",
        f"which is: {probed.permit}",
        f"URL: {_shown(device.shown_url if device else '')}",
        f"address: {_shown(place)}",
        f"time for the answer: {time.seconds:g} s, by {time.why}, less a margin",
        f"answered by: {probed.answered_by}",
        f"outcome: {_outcome(_celsius(probed.outcome))}",
        f"age of the answer: {probed.age_seconds:.3f} s",
        f"duration of the request: {_duration(probed.request_seconds)}",
        f"duration of the probe: {_duration(probed.duration_seconds)}",
        "",
        "the last results of this URL, newest first:",
        *map(_result, past.results),
        "",
        "its last failures, newest first:",
        *map(_result, past.failures),
        "",
        "what the probe tells:",
        probe_text(probed, Format.TEXT).decode(),
    ]
    return "\n".join(lines)


def _target(request: web.Request) -> str:
    targets = request.query.getall("target", ())
    if len(targets) != 1 or not targets[0]:
        raise RequestError(400, "exactly one target is to be given", HINT)
    return targets[0]


def _header(request: web.Request, name: str) -> str | None:
    # What comes in several lines is one list.
    lines = request.headers.getall(name, ())
    return ",".join(lines) if lines else None


def _result(result: Result) -> str:
    took = _duration(result.duration_seconds)
    return f"{utc_text(result.unix_seconds)} {took}: {_outcome(result.outcome)}"


def _celsius(outcome: Reading | Failure | None) -> float | Failure | None:
    return outcome.celsius if isinstance(outcome, Reading) else outcome


def _outcome(outcome: float | Failure | None) -> str:
    if outcome is None:
        return "no answer in time; the device is still being asked, for its own time"
    if isinstance(outcome, Failure):
        return f"failed: {outcome.reason}: {outcome.detail}"
    return f"{outcome:.2f} °C"


def _duration(seconds: float | None) -> str:
    return "unknown" if seconds is None else f"{seconds:.3f} s"


def _shown(text: str) -> str:
    return one_line(text) or "none"
