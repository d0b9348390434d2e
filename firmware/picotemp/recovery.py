"""In: a program that keeps failing. Out: GET /info, which says why; then another try.

As little as can do that: no routes, no sensor, no link supervisor, no app.
"""

import asyncio
import json

from . import __version__
from .answer import JSON, Answerer, render, render_error
from .blackbox import BlackBox
from .boots import Boots
from .chip import Chip
from .log import Log
from .server import Gate
from .settings import Settings
from .supervision import Restart, supervise

RECOVERY_SECONDS = 600
JOIN_SECONDS = 20
JOINS_MOST = 3
FRESH_MS = 3000
CHECK_SECONDS = 0.2
WHY = "recovery: the firmware ended too early %d times in a row; see /info"
_UP = 3


def run(
    chip: Chip,
    log: Log,
    boots: Boots,
    blackbox: BlackBox,
    settings: Settings,
) -> None:
    """Serve for ten minutes, then raise Restart."""
    log.error("recovery", early_ends=boots.early_ends)
    asyncio.run(_serve(chip, log, settings, Rescue(chip, boots, blackbox, settings)))


class Rescue(Answerer):
    """What each URL answers."""

    def __init__(
        self, chip: Chip, boots: Boots, blackbox: BlackBox, settings: Settings
    ) -> None:
        self._chip = chip
        self._boots = boots
        self._blackbox = blackbox
        self._hostname = settings.hostname

    async def answer(self, head: bytes) -> bytes:
        """Answer a request whose head is whole and checked."""
        method, target, _ = head.split(b"\r\n", 1)[0].split(b" ")
        path = target.split(b"?", 1)[0] if method in (b"GET", b"HEAD") else b""
        if path == b"/info":
            body = json.dumps(self.info()).encode()
            answer = render(200, {"Content-Type": JSON}, body)
        elif path == b"/":
            answer = render_error(503, WHY % self._boots.early_ends)
        else:
            answer = render_error(404, "there is GET /info, no more")
        if method == b"HEAD":
            return answer[: answer.index(b"\r\n\r\n") + 4]
        return answer

    def info(self) -> dict[str, object]:
        """Tell what GET /info shows."""
        chip = self._chip
        boots = self._boots
        chip.collect_garbage()  # here nobody else does, and says what is free
        uptime_ms = chip.uptime_ms()
        return {
            "id": chip.id(),
            "hostname": self._hostname,
            "version": __version__,
            "micropython": chip.micropython(),
            "uptime_s": uptime_ms // 1000,
            "heap_free_bytes": chip.heap_free_bytes(),
            "reset_cause": boots.cause,
            "recovery": True,
            "early_ends": boots.early_ends,
            "last_run": self._blackbox.last_run(boots.cause, uptime_ms),
        }


async def _serve(chip: Chip, log: Log, settings: Settings, rescue: Rescue) -> None:
    gate = Gate(chip, settings.port, rescue, _note_nothing, log)
    await asyncio.gather(
        _watch(gate, chip), supervise(gate, chip, log), _keep_joined(chip, settings)
    )


async def _watch(gate: Gate, chip: Chip) -> None:
    while chip.uptime_ms() < RECOVERY_SECONDS * 1000:
        if gate.age_ms() <= FRESH_MS:
            chip.watchdog_feed()
        await asyncio.sleep(CHECK_SECONDS)
    raise Restart("another try")


async def _keep_joined(chip: Chip, settings: Settings) -> None:
    joins = 0
    without_seconds = JOIN_SECONDS
    while True:
        try:
            if without_seconds >= JOIN_SECONDS:
                without_seconds = 0
                joins += 1
                if joins % JOINS_MOST == 1:
                    _radio_anew(chip, settings, joins)
                chip.leave()
                chip.join(settings.ssid, settings.password)
            is_up = chip.link_status() == _UP
        except Exception:  # noqa: BLE001 whatever the driver has
            is_up = False  # in its own time
        without_seconds = 0 if is_up else without_seconds + 1
        await asyncio.sleep(1)


def _radio_anew(chip: Chip, settings: Settings, joins: int) -> None:
    if joins > 1:
        chip.radio_off()
    chip.radio_on(settings.country, settings.hostname)
    if settings.address:
        chip.set_addresses(settings.addresses())


def _note_nothing() -> None:
    pass
