"""In: a clock. Out: a store that knows a device in each of its states."""

from collector.fake_clock import FakeClock
from collector.running import device
from picotemp.payload import Reading
from picotemp_collector.errors import Failure, FailureReason
from picotemp_collector.readings.info import DeviceInfo
from picotemp_collector.readings.store import Store

READING = Reading(27.04, 80.67)
INFO = DeviceInfo(
    id="e66",
    hostname="picotemp",
    version="0.1.0",
    uptime_seconds=5.0,
    wifi_rssi_dbm=-61.0,
    heap_free_bytes=120000.0,
)
REFUSED = Failure(FailureReason.REFUSED, "nothing listens there")


def known_store(clock: FakeClock) -> Store:
    """Give attic (up), bath (stale), cellar (down after being up), den (pending)."""
    names = ("attic", "bath", "cellar", "den")
    store = Store([device(name) for name in names], clock.clock, 60.0)
    store.record_reading("bath", Reading(20.0, 68.0), 0.5)
    store.record_reading("cellar", Reading(10.0, 50.0), 0.5)
    clock.advance(14)
    store.record_failure("cellar", REFUSED, 0.25)
    store.record_reading("attic", READING, 0.125)
    store.record_info("attic", INFO)
    clock.advance(2)
    return store
