"""In: a chip and its settings. Out: every task of the firmware, running for ever."""

import asyncio

from . import __version__
from .chip import Chip
from .lamp import Lamp
from .log import Log
from .routes import Routes, Teller
from .sensor import Sensor
from .server import Gate
from .settings import Settings
from .supervision import supervise
from .wifi import Link

COMPLAINT_SECONDS = 10
MEND = (
    "cp settings.example.json settings.json; edit it; "
    "mpremote cp settings.json :settings.json + reset"
)


def run(chip: Chip, settings: Settings | None, problems: list[str]) -> None:
    """Serve for ever; without usable settings say for ever what is missing."""
    log = Log(chip)
    log.info(
        "started",
        version=__version__,
        micropython=chip.micropython(),
        id=chip.id(),
        reset_cause=chip.reset_cause(),
    )
    try:
        asyncio.run(
            _complain(problems, log)
            if settings is None
            else App(chip, settings, log).run()
        )
    finally:
        # The next program in this interpreter must not find our tasks.
        asyncio.new_event_loop()


class App(Teller):
    """All parts of the firmware, put together."""

    def __init__(self, chip: Chip, settings: Settings, log: Log) -> None:
        self._chip = chip
        self._settings = settings
        self._log = log
        self._link = Link(chip, settings, log)
        self._sensor = Sensor(chip, settings, log)
        self._lamp = Lamp(chip, self._link)
        routes = Routes(self._sensor, self)
        self._gate = Gate(chip, settings.port, routes, self._lamp, log)

    async def run(self) -> None:
        """Run every job, each under supervision of its own."""
        jobs = (self._sensor, self._link, self._gate, self._lamp)
        await asyncio.gather(*[supervise(job, self._chip, self._log) for job in jobs])

    def info(self) -> dict[str, object]:
        """Tell what GET /info shows; what cannot be known is null."""
        chip = self._chip
        gate = self._gate
        return {
            "id": chip.id(),
            "hostname": self._settings.hostname,
            "version": __version__,
            "micropython": chip.micropython(),
            "uptime_s": chip.uptime_ms() // 1000,
            "rssi_dbm": chip.rssi_dbm() if self._link.is_up else None,
            "heap_free_bytes": chip.heap_free_bytes(),
            "reset_cause": chip.reset_cause(),
            "connections_in_service": gate.in_service,
            "connections_in_service_max": gate.in_service_max,
            "requests_total": gate.requests_total,
            "rejected_total": gate.rejected_total,
        }


async def _complain(problems: list[str], log: Log) -> None:
    # Neither a reset nor an end: on the serial port one can read it and mend it.
    while True:
        for problem in problems:
            log.error("settings_unusable", problem=problem)
        log.error("settings_unusable", mend=MEND)
        await asyncio.sleep(COMPLAINT_SECONDS)
