"""In: the radio's state, the probe's findings. Out: a link that is up, or mended.

Policy only. After every call of the driver the loop gets its turn: each may take long.
"""

import asyncio

from .chip import Chip
from .log import Log
from .probe import TICK_MS, Probe
from .settings import Settings
from .supervision import Job, Restart

# What the chip's status() says: the driver's numbers, as the field prints them.
WRONG_PASSWORD, NO_NETWORK, FAILED, DOWN, JOINING, NO_ADDRESS, UP = range(-3, 4)
DRIVER_ERROR = -1000  # ours: a call raised
REASONS = {
    WRONG_PASSWORD: "wrong_password",
    NO_NETWORK: "network_not_found",
    FAILED: "connect_failed",
    DOWN: "down",
    JOINING: "joining_timed_out",
    NO_ADDRESS: "no_address",
    DRIVER_ERROR: "driver_error",
}
# A radio that says so works: a reset would mend nothing. (No address is no such word:
# maybe it hears nothing.)
SAID_BY_A_RADIO_THAT_WORKS = (WRONG_PASSWORD, NO_NETWORK)

JOIN_MS = 20_000
POLL_SECONDS = 0.1
WATCH_SECONDS = 0.5
FIRST_PAUSE_MS = 1000
# From one attempt to the next, so a network that returns is joined after so long.
LONGEST_ROUND_MS = 30_000
BEAT_MS = 1000
# A link that is lost sooner was none.
LASTING_MS = 30_000
# So many questions in vain make a link dead; the more links in a row fall silent soon
# after a reply, the more it takes: maybe somebody answers but now and then.
DEAD, LONGEST_PATIENCE = 7, 56
# A reset is for a radio that showed for so long neither a request nor that it works.
QUIET_MS = 15 * 60_000
# The ladder: a row's attempts join; leave first; switch the radio off and on first.
LEAVE, RADIO, RESET = 1, 2, 3
# A radio that works loses its power but seldom: MicroPython 1.25 hangs after 10 to 30
# times (micropython#17621), and the loop waits until its firmware is loaded.
RADIO_AGAIN_MS = 3_600_000


class Link(Job):
    """Joins the network and joins it again, for ever."""

    name = "wifi"

    def __init__(self, chip: Chip, settings: Settings, log: Log) -> None:
        super().__init__(chip)
        self._settings = settings
        self._log = log
        self._probe = Probe(chip, settings.probe_target)
        self._addresses = ("", "", "", "")
        self.requests_noted = 0
        self._requests_known = 0
        # When a request, or what the driver said, last showed that the radio works.
        self._worked_ms = 0
        self._is_radio_on = False
        # Since when its power is on, or a link was good.
        self._fresh_ms = 0
        self._joined_ms = 0
        # Of this row: how many attempts failed; whether it began with a link that
        # was "up" and dead; whether the driver explained the last failure.
        self._failures = 0
        self._is_suspect = False
        self._is_explained = False
        self._patience = DEAD
        self.is_up = False
        # Links after the first one.
        self.reconnects_total = 0

    def note_request(self) -> None:
        """Note that somebody was served: the link is alive, a reset would harm."""
        # No more than that: it is part of every request.
        self.requests_noted += 1

    async def run(self) -> None:
        """Keep the link up; Restart when nothing else is left."""
        while True:
            began_ms = self._chip.uptime_ms()
            try:
                status = await self._join()
                if status == UP:
                    status = await self._watch()
                    if self._since(self._joined_ms) >= LASTING_MS:
                        continue
            except OSError:
                status = DRIVER_ERROR
            self._note_failure(status)
            await self._pause(began_ms)

    async def _join(self) -> int:
        await self._climb()
        self._log.info("joining", ssid=self._settings.ssid)
        self._chip.join(self._settings.ssid, self._settings.password)
        await self._turn()
        # The chip can say "joining" for ever, so the deadline is our own.
        deadline_ms = self._chip.uptime_ms() + JOIN_MS
        while True:
            # Not at once: until the driver has begun, it speaks of the link before.
            await asyncio.sleep(POLL_SECONDS)
            status = self._chip.link_status()
            await self._turn()
            is_late = self._chip.uptime_ms() >= deadline_ms
            if status == UP or status < 0 or is_late:
                return status

    async def _climb(self) -> None:
        # Nothing worked before the start: this is the board's age, too.
        if self._failures >= RESET and self._since(self._worked_ms) >= QUIET_MS:
            raise Restart("the radio does not mend")
        try:
            self._undo()
        except OSError:
            pass  # what comes next is to mend that, too
        await self._turn()
        if not self._is_radio_on:
            await self._switch_on()

    def _undo(self) -> None:
        if self._wants_new_radio():
            self._log.info("radio_restarted")
            self._is_radio_on = False
            self._chip.radio_off()
        elif self._failures >= LEAVE and self._is_radio_on:
            self._chip.leave()

    async def _switch_on(self) -> None:
        settings = self._settings
        self._chip.radio_on(settings.country, settings.hostname)
        await self._turn()
        if settings.address:
            self._chip.set_addresses(settings.addresses())
            await self._turn()
        self._is_radio_on = True
        self._fresh_ms = self._beat_ms

    async def _watch(self) -> int:
        try:
            self._note_link(self._chip.addresses())
            await self._turn()
            while True:
                await asyncio.sleep(WATCH_SECONDS)
                status = self._chip.link_status()
                await self._turn()
                if status != UP:
                    self._log.warning("link_lost", reason=_reason(status))
                    return status
                self._note_addresses(self._chip.addresses())
                await self._turn()
                await self._probe.poll()
                if self._is_dead():
                    self._log.warning("link_dead", questions=self._probe.unanswered)
                    return status
        finally:
            self.is_up = False

    def _note_link(self, addresses: tuple[str, str, str, str]) -> None:
        self.is_up = True
        self._joined_ms = self._chip.uptime_ms()
        self.reconnects_total += self._addresses[0] != ""
        self._addresses = addresses
        self._probe.begin(addresses)
        self._log.info("joined", address=addresses[0])

    def _note_addresses(self, addresses: tuple[str, str, str, str]) -> None:
        if addresses == self._addresses:
            return
        self._log.info("address_changed", address=addresses[0])
        self._addresses = addresses
        self._probe.begin(addresses)

    def _is_dead(self) -> bool:
        probe = self._probe
        lasted_ms = self._since(self._joined_ms)
        if probe.has_life:
            self._is_suspect = False
        if self._is_suspect:
            is_dead = probe.unanswered >= DEAD
            self._failures += is_dead
            return is_dead
        if lasted_ms >= LASTING_MS:
            self._failures = 0
            self._is_explained = False
            self._fresh_ms = self._beat_ms
        if lasted_ms >= DEAD * TICK_MS and not probe.unanswered:
            self._patience = DEAD
        # Where nobody ever answered, silence says nothing.
        if probe.is_proven and probe.unanswered >= self._patience:
            self._is_suspect = True
            self._patience = min(2 * self._patience, LONGEST_PATIENCE)
        return self._is_suspect

    def _since(self, ms: int) -> int:
        return self._chip.uptime_ms() - ms

    def _note_failure(self, status: int) -> None:
        # A wrong password is tried again too: routers say so while they start.
        self._failures += 1
        self._is_explained = status in SAID_BY_A_RADIO_THAT_WORKS
        if self._is_explained:
            self._worked_ms = self._beat_ms
            self._is_suspect = False
        reason = _reason(status)
        self._log.warning("join_failed", reason=reason, times=self._failures)

    def _wants_new_radio(self) -> bool:
        if self._failures < RADIO:
            return False
        return not self._is_explained or self._since(self._fresh_ms) >= RADIO_AGAIN_MS

    async def _pause(self, began_ms: int) -> None:
        now_ms = self._chip.uptime_ms()
        longest_ms = max(began_ms + LONGEST_ROUND_MS - now_ms, FIRST_PAUSE_MS)
        pause_ms = min(FIRST_PAUSE_MS << min(self._failures - 1, 5), longest_ms)
        end_ms = now_ms + int(pause_ms * (0.5 + 0.5 * self._chip.jitter()))
        while now_ms < end_ms:
            self.beat()
            await asyncio.sleep(min(end_ms - now_ms, BEAT_MS) / 1000)
            now_ms = self._chip.uptime_ms()

    async def _turn(self) -> None:
        self.beat()
        if self.requests_noted != self._requests_known:
            self._requests_known = self.requests_noted
            self._worked_ms = self._beat_ms
            self._probe.note_life()
        await asyncio.sleep(0)


def _reason(status: int) -> str:
    return REASONS.get(status, "status_%d" % status)
