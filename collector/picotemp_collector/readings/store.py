"""In: results of polls, by device. Out: views, judged at the moment they are asked."""

from collections.abc import Callable, Iterable

from picotemp.payload import Reading
from picotemp_collector.errors import Failure, UnknownDeviceError
from picotemp_collector.readings.clock import Clock
from picotemp_collector.readings.device import Device
from picotemp_collector.readings.info import DeviceInfo
from picotemp_collector.readings.snapshot import Moment, Snapshot
from picotemp_collector.readings.view import View, judge


class Store:
    """The last snapshot of every device, in the order of the configuration."""

    def __init__(
        self, devices: Iterable[Device], clock: Clock, info_interval_seconds: float
    ) -> None:
        self._clock = clock
        self._info_interval_seconds = info_interval_seconds
        self._snapshots = {device.name: Snapshot(device) for device in devices}
        self._polls: list[Callable[[str], None]] = []
        self._reloads: list[Callable[[str], None]] = []

    def __len__(self) -> int:
        """Give how many devices there are."""
        return len(self._snapshots)

    def watch(
        self,
        changed: Callable[[str], None],
        reloaded: Callable[[str], None] | None = None,
    ) -> None:
        """Tell the name of each device of which something changed, or that is gone.

        With `reloaded`, that hears of those that come, go or are configured anew:
        they may be thousands at once.
        """
        self._polls.append(changed)
        self._reloads.append(reloaded or changed)

    def follow(self, devices: Iterable[Device]) -> None:
        """Know these devices and no others; what is known of those that stay, stays."""
        before = self._snapshots
        self._snapshots = {
            device.name: before[device.name].after_reload(device)
            if device.name in before
            else Snapshot(device)
            for device in devices
        }
        for name in (*before, *(self._snapshots.keys() - before.keys())):
            if before.get(name) is not self._snapshots.get(name):
                _tell(self._reloads, name)

    def record_reading(
        self,
        name: str,
        reading: Reading,
        duration_seconds: float,
        age_seconds: float = 0.0,
    ) -> None:
        """Keep the reading of a poll that took so long, and ended such a time ago."""
        known, then = self._known(name), self._ago(age_seconds)
        self._replace(known.after_reading(reading, then, duration_seconds))

    def record_failure(
        self,
        name: str,
        failure: Failure,
        duration_seconds: float,
        age_seconds: float = 0.0,
    ) -> None:
        """Drop the reading at once; keep why."""
        known, then = self._known(name), self._ago(age_seconds)
        self._replace(known.after_failure(failure, then, duration_seconds))

    def record_info(self, name: str, info: DeviceInfo) -> None:
        """Keep what a device told of itself."""
        self._replace(self._known(name).after_info(info, self._ago(0.0)))

    def view(self, name: str) -> View:
        """Give what may be told of one device now."""
        return self._judge(self._known(name))

    def views(self) -> list[View]:
        """Give what may be told of every device now."""
        return [self._judge(snapshot) for snapshot in self._snapshots.values()]

    def _replace(self, snapshot: Snapshot) -> None:
        name = snapshot.device.name
        self._snapshots[name] = snapshot
        _tell(self._polls, name)

    def _known(self, name: str) -> Snapshot:
        try:
            return self._snapshots[name]
        except KeyError:
            raise UnknownDeviceError(f"no device is named {name!r}") from None

    def _judge(self, snapshot: Snapshot) -> View:
        now_seconds = self._clock.monotonic_seconds()
        return judge(snapshot, now_seconds, self._info_interval_seconds)

    def _ago(self, age_seconds: float) -> Moment:
        clock = self._clock
        return Moment(
            clock.monotonic_seconds() - age_seconds, clock.unix_seconds() - age_seconds
        )


def _tell(watchers: Iterable[Callable[[str], None]], name: str) -> None:
    for watcher in watchers:
        watcher(name)
