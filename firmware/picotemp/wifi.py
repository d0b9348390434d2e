"""In: the radio's state. Out: a link that is up, or is being mended (policy only)."""

import asyncio

from .chip import Chip
from .log import Log
from .settings import Settings
from .supervision import Job

# What the chip's status() says: the driver's numbers, as the field prints them.
DOWN, JOINING, NO_ADDRESS, UP = 0, 1, 2, 3
REASONS = {
    -3: "wrong_password",
    -2: "network_not_found",
    -1: "connect_failed",
    DOWN: "down",
    JOINING: "joining_timed_out",
    NO_ADDRESS: "no_address",
}

JOIN_MS = 20_000
POLL_SECONDS = 0.1
WATCH_SECONDS = 0.5
FIRST_PAUSE_SECONDS = 1
LONGEST_PAUSE_SECONDS = 30


class Link(Job):
    """Joins the network and joins it again, for ever."""

    name = "wifi"

    def __init__(self, chip: Chip, settings: Settings, log: Log) -> None:
        self._chip = chip
        self._settings = settings
        self._log = log
        self.is_up = False

    async def run(self) -> None:
        """Keep the link up."""
        self._chip.radio_on(self._settings.country, self._settings.hostname)
        failures = 0
        while True:
            status = await self._join()
            if status == UP:
                failures = 0
                await self._watch()
            else:
                failures += 1
                self._log.warning("join_failed", reason=_reason(status), times=failures)
            self._chip.leave()
            await asyncio.sleep(self._pause_seconds(failures))

    async def _join(self) -> int:
        # A wrong password is tried again too: routers say so while they start.
        self._log.info("joining", ssid=self._settings.ssid)
        self._chip.join(self._settings.ssid, self._settings.password)
        # The chip can say "joining" for ever, so the deadline is our own.
        deadline_ms = self._chip.uptime_ms() + JOIN_MS
        while True:
            status = self._chip.link_status()
            is_late = self._chip.uptime_ms() > deadline_ms
            if status == UP or status < 0 or is_late:
                return status
            await asyncio.sleep(POLL_SECONDS)

    async def _watch(self) -> None:
        self.is_up = True
        try:
            self._log.info("joined", address=self._chip.address())
            while self._chip.link_status() == UP:
                await asyncio.sleep(WATCH_SECONDS)
        finally:
            self.is_up = False
        self._log.warning("link_lost")

    def _pause_seconds(self, failures: int) -> float:
        if failures == 0:
            return 0
        pause_seconds = min(
            FIRST_PAUSE_SECONDS << min(failures - 1, 10), LONGEST_PAUSE_SECONDS
        )
        return pause_seconds * (0.5 + 0.5 * self._chip.jitter())


def _reason(status: int) -> str:
    return REASONS.get(status, "status_%d" % status)
