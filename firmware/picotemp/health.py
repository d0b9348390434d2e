"""In: jobs that show life, or not. Out: the watchdog, fed only while each one does."""

import asyncio

from .blackbox import BlackBox
from .boots import Boots
from .chip import Chip
from .log import Log
from .supervision import Job

# Together with the watchdog's time a hang of any job resets the board within 8.4 s.
FRESH_MS = 3000
CHECK_MS = 200
# Once a second, at a quiet moment: else it is due amid a request.
COLLECT_CHECKS = 5
# After so long without a fault, an end is not the program's beginning any more.
HEALTHY_MS = 60_000


class Health(Job):
    """Who is alive, and how late the scheduler is (`lag_max_ms`)."""

    name = "health"

    def __init__(
        self, chip: Chip, jobs: list[Job], boots: Boots, blackbox: BlackBox, log: Log
    ) -> None:
        super().__init__(chip)
        self._jobs = jobs
        self._boots = boots
        self._blackbox = blackbox
        self._log = log
        self._silent: list[str] = []
        self._is_proven = False
        self.lag_max_ms = 0

    async def run(self) -> None:
        """Watch for ever."""
        self._well_since_ms = self._chip.uptime_ms()
        checks = 0
        while True:
            self._check()
            if checks % COLLECT_CHECKS == 0:
                self._chip.collect_garbage()
            checks += 1
            slept_at_ms = self._chip.uptime_ms()
            await asyncio.sleep(CHECK_MS / 1000)
            lag_ms = self._chip.uptime_ms() - slept_at_ms - CHECK_MS
            self.lag_max_ms = max(self.lag_max_ms, lag_ms)

    def _check(self) -> None:
        silent = [job.name for job in self._jobs if job.age_ms() > FRESH_MS]
        if silent:
            self._well_since_ms = self._chip.uptime_ms()
        else:
            self._chip.watchdog_feed()
            self._prove()
        if silent != self._silent:
            self._tell(silent)
            self._silent = silent

    def _prove(self) -> None:
        well_ms = self._chip.uptime_ms() - self._well_since_ms
        if not self._is_proven and well_ms >= HEALTHY_MS:
            self._is_proven = True
            self._boots.mark_healthy()
            self._log.info("healthy")

    def _tell(self, silent: list[str]) -> None:
        for name in silent:
            if name not in self._silent:
                self._log.error("not_alive", job=name)
        for name in self._silent:
            if name not in silent:
                self._log.info("alive_again", job=name)
        if silent:
            self._blackbox.save_if_due("hang")
