"""In: jobs that must never end. Out: the same, started again when they fail."""

import asyncio

from .chip import Chip
from .log import Log

FIRST_PAUSE_SECONDS = 1
LONGEST_PAUSE_SECONDS = 30
# Who ran so long before failing is not failing again and again.
GOOD_RUN_MS = 60_000


class Restart(BaseException):
    """The board has to be restarted, on purpose; its text says why.

    No Exception: no job's own handling stops it on its way out of the loop.
    """


class Job:
    """Something that runs for as long as the board does, and shows that it does."""

    name = "job"

    def __init__(self, chip: Chip) -> None:
        self._chip = chip
        self._beat_ms = chip.uptime_ms()

    def beat(self) -> None:
        """Show life: something got done, or was waited for in vain."""
        self._beat_ms = self._chip.uptime_ms()

    def age_ms(self) -> int:
        """Give how long ago it last showed life."""
        return self._chip.uptime_ms() - self._beat_ms

    async def run(self) -> None:
        """Work; return only when cancelled."""
        raise NotImplementedError


async def supervise(job: Job, chip: Chip, log: Log) -> None:
    """Run a job; after a failure say so, pause a little longer each time, go on."""
    pause_seconds = FIRST_PAUSE_SECONDS
    while True:
        began_ms = chip.uptime_ms()
        try:
            await job.run()
        except Exception as error:  # noqa: BLE001 whatever it was, the board goes on
            tell(error, job.name, chip, log)
        if chip.uptime_ms() - began_ms > GOOD_RUN_MS:
            pause_seconds = FIRST_PAUSE_SECONDS
        await asyncio.sleep(pause_seconds)
        pause_seconds = min(2 * pause_seconds, LONGEST_PAUSE_SECONDS)


def tell(error: BaseException, name: str, chip: Chip, log: Log) -> None:
    """Tell of a failure, if that can be done."""
    try:
        log.error("job_failed", job=name, error=repr(error))
        chip.say(chip.traceback(error))
    except Exception:  # noqa: BLE001, S110 without memory there is nothing to say
        pass
