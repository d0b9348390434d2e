"""In: a chip, its settings, its past. Out: every task of the firmware, running."""

import asyncio

from . import __version__, metrics
from .blackbox import BlackBox
from .boots import Boots
from .chip import Chip
from .health import Health
from .lamp import Lamp
from .log import Log
from .routes import Routes, Teller
from .sensor import Sensor, SensorError
from .server import Gate
from .settings import Settings
from .supervision import supervise, tell
from .wifi import Link


def run(
    chip: Chip,
    log: Log,
    boots: Boots,
    blackbox: BlackBox,
    settings: Settings,
) -> None:
    """Serve for ever."""
    asyncio.run(App(chip, settings, log, boots, blackbox).run())


class App(Teller):
    """All parts of the firmware, put together."""

    def __init__(
        self,
        chip: Chip,
        settings: Settings,
        log: Log,
        boots: Boots,
        blackbox: BlackBox,
    ) -> None:
        self._chip = chip
        self._log = log
        self._boots = boots
        self._blackbox = blackbox
        self._link = Link(chip, settings, log)
        self._sensor = Sensor(chip, settings, log)
        routes = Routes(self._sensor, self)
        self._gate = Gate(chip, settings.port, routes, self._link.note_request, log)
        watched = [self._sensor, self._link, self._gate]
        self._identity = {
            "id": chip.id(),
            "hostname": settings.hostname,
            "version": __version__,
            "micropython": chip.micropython(),
        }
        self._health = Health(chip, watched, boots, blackbox, log)
        self._jobs = [self._health] + watched + [Lamp(chip, self._link), blackbox]

    async def run(self) -> None:
        """Run every job, each under supervision of its own."""
        asyncio.get_event_loop().set_exception_handler(self._note_failure)
        await asyncio.gather(*[supervise(j, self._chip, self._log) for j in self._jobs])

    def info(self) -> dict[str, object]:
        """Tell what GET /info shows; what cannot be known is null."""
        chip = self._chip
        gate = self._gate
        uptime_ms = chip.uptime_ms()
        return self._identity | {
            "uptime_s": uptime_ms // 1000,
            "rssi_dbm": self._rssi_dbm(),
            "heap_free_bytes": chip.heap_free_bytes(),
            "reset_cause": self._boots.cause,
            "connections_in_service": gate.in_service,
            "connections_in_service_max": gate.in_service_max,
            "requests_total": gate.requests_total,
            "rejected_total": gate.rejected_total,
            "wifi_reconnects_total": self._link.reconnects_total,
            "loop_lag_max_ms": self._health.lag_max_ms,
            "last_run": self._blackbox.last_run(self._boots.cause, uptime_ms),
        }

    def metrics(self) -> bytes:
        """Give the board's own exposition."""
        chip = self._chip
        gate = self._gate
        try:
            celsius = self._sensor.celsius()
        except SensorError:
            celsius = None
        return metrics.render(
            celsius=celsius,
            uptime_ms=chip.uptime_ms(),
            rssi_dbm=self._rssi_dbm(),
            reconnects_total=self._link.reconnects_total,
            heap_free_bytes=chip.heap_free_bytes(),
            answers_by_status=gate.answers_by_status,
            rejected_total=gate.rejected_total,
            device=self._identity,
            reset_cause=self._boots.cause,
        )

    def _rssi_dbm(self) -> int | None:
        try:
            rssi_dbm = self._chip.rssi_dbm() if self._link.is_up else 0
        except OSError:
            return None
        # What the driver gives after a failure is no strength.
        return rssi_dbm if -128 < rssi_dbm < 0 else None

    def _note_failure(self, _loop: object, context: dict[str, BaseException]) -> None:
        # A task that nobody waits for, so a connection's.
        tell(context["exception"], "connection", self._chip, self._log)
