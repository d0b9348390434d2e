"""In: is the board serving, was there a request. Out: the LED on, and a blink."""

import asyncio

from .chip import Chip
from .supervision import Job
from .wifi import Link

BLINK_SECONDS = 0.05
WATCH_SECONDS = 0.05


class Lamp(Job):
    """On while the board can be reached; a short dark moment for each request."""

    name = "lamp"

    def __init__(self, chip: Chip, link: Link) -> None:
        super().__init__(chip)
        self._link = link
        self._is_on = False
        self._requests_shown = 0

    async def run(self) -> None:
        """Follow the link and the requests."""
        while True:
            if self._link.requests_noted != self._requests_shown and self._is_on:
                self._switch(is_on=False)
                await asyncio.sleep(BLINK_SECONDS)
            self._requests_shown = self._link.requests_noted
            self._switch(is_on=self._link.is_up)
            await asyncio.sleep(WATCH_SECONDS)

    def _switch(self, is_on: bool) -> None:
        # The LED hangs on the radio chip: every switch crosses its bus.
        if is_on != self._is_on:
            self._chip.led(is_on)
            self._is_on = is_on
