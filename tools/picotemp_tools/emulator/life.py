"""In: power, resets, the watchdog. Out: one chip after another, each with its cause."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from typing import Protocol

# What machine.reset_cause() says; machine.reset() goes through the watchdog too.
POWER_ON, WATCHDOG = 1, 3
CAUSE_AFTER = {
    "power": POWER_ON,
    "button": POWER_ON,
    "reset": WATCHDOG,
    "watchdog": WATCHDOG,
}
# A program that ends at once and for ever must not eat the host: so long lasts a
# chip's life, or the soft reset after it.
SOFT_RESET_SECONDS = 0.2


class Chip(Protocol):
    """One power-up."""

    async def run(self) -> None:
        """Run the program to its end."""

    async def kill(self) -> None:
        """Take its power."""


class Life:
    """The chips of one board, one at a time.

    `born(cause)` starts a chip; `died()` is told before the chip is killed,
    `gone(fate)` when its last words are out.
    Fates: power (cut), button (the reset pin), reset (the program asked),
    watchdog, exit (the program ended: a soft reset). The watchdog's time is
    multiplied by `watchdog_scale`.
    """

    def __init__(
        self,
        born: Callable[[int], Awaitable[Chip]],
        died: Callable[[], None],
        gone: Callable[[str], None],
        watchdog_scale: float = 1.0,
    ) -> None:
        self._born = born
        self._died = died
        self._gone = gone
        self._has_power = asyncio.Event()
        # Of the present chip, or of the soft reset between two.
        self._fate: asyncio.Future[str] | None = None
        self._watchdog: asyncio.TimerHandle | None = None
        self._watchdog_seconds = 0.0
        self._watchdog_scale = watchdog_scale
        self.is_armed = False
        self._is_over = False
        self._powered_at_seconds = 0.0
        self._born_at_seconds = 0.0
        self.boots = 0

    @property
    def has_power(self) -> bool:
        """Tell whether there is power."""
        return self._has_power.is_set() and not self._is_over

    @property
    def uptime_seconds(self) -> float:
        """Give how long there has been power."""
        return time.monotonic() - self._powered_at_seconds

    def power_on(self) -> None:
        """Give power."""
        if not self._has_power.is_set():
            self._powered_at_seconds = time.monotonic()
        self._has_power.set()

    def power_cut(self) -> None:
        """Take it."""
        self._has_power.clear()
        self.end("power")

    def finish(self) -> None:
        """Cut the power for good: run() returns once the last chip is gone."""
        self._is_over = True
        self.end("power")
        self._has_power.set()

    def end(self, fate: str) -> None:
        """End the present chip."""
        if self._fate and not self._fate.done():
            self._fate.set_result(fate)

    def arm(self, timeout_ms: int) -> None:
        """Arm the watchdog."""
        self._watchdog_seconds = timeout_ms / 1000 * self._watchdog_scale
        self.set_armed(True)

    def set_armed(self, is_armed: bool) -> None:
        """Disarm the watchdog, or arm it again with the time it had."""
        self.is_armed = is_armed
        self._stop_watchdog()
        self.feed()

    def feed(self) -> None:
        """Put the watchdog's end off."""
        if self.is_armed and self._watchdog_seconds:
            self._stop_watchdog()
            loop = asyncio.get_running_loop()
            self._watchdog = loop.call_later(
                self._watchdog_seconds, self.end, "watchdog"
            )

    async def run(self) -> None:
        """Boot and boot again, while there is power, until it is finished."""
        cause = POWER_ON
        while await self._has_power.wait() and not self._is_over:
            fate = await self._live(cause)
            if fate == "exit":
                fate = await self._soft_reset()
            cause = CAUSE_AFTER.get(fate, cause)

    async def _live(self, cause: int) -> str:
        self._fate = asyncio.get_running_loop().create_future()
        chip = await self._born(cause)
        self.boots += 1
        self._born_at_seconds = time.monotonic()
        program = asyncio.create_task(chip.run())
        program.add_done_callback(self._program_ended)
        fate = "power"
        try:
            fate = await self._fate
        finally:
            # The watchdog does not wait until the chip is wound up.
            program.remove_done_callback(self._program_ended)
            self._fate = asyncio.get_running_loop().create_future()
            if fate != "exit":
                self._disarm()
            self._died()
            await chip.kill()
            await asyncio.gather(program, return_exceptions=True)
            self._gone(fate)
        return fate

    async def _soft_reset(self) -> str:
        # The watchdog, the button, a power cut do not wait for the next program.
        fate = self._fate
        if fate is None:
            return "exit"
        lived_seconds = time.monotonic() - self._born_at_seconds
        rest_seconds = max(SOFT_RESET_SECONDS - lived_seconds, 0)
        await asyncio.wait([fate], timeout=rest_seconds)
        if not fate.done():
            return "exit"
        self._disarm()
        self._gone(fate.result())
        return fate.result()

    def _program_ended(self, _: object) -> None:
        self.end("exit")

    def _disarm(self) -> None:
        self._watchdog_seconds = 0.0
        self.set_armed(False)

    def _stop_watchdog(self) -> None:
        if self._watchdog:
            self._watchdog.cancel()
            self._watchdog = None
