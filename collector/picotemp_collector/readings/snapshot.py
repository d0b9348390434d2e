"""In: one result after another. Out: immutable snapshots of what a device last did."""

from collections.abc import Mapping
from types import MappingProxyType

from attrs import evolve, field, frozen

from picotemp.payload import Reading
from picotemp_collector.errors import Failure, FailureReason
from picotemp_collector.readings.device import Device
from picotemp_collector.readings.info import DeviceInfo

NO_FAILURES: Mapping[FailureReason, int] = MappingProxyType({})


@frozen
class Moment:
    """One instant by both clocks, in seconds."""

    monotonic_seconds: float
    unix_seconds: float


@frozen
class Snapshot:
    """What is known of a device since its last poll; never changed, only replaced."""

    device: Device
    reading: Reading | None = None
    failure: Failure | None = None
    last_poll: Moment | None = None
    last_success: Moment | None = None
    poll_duration_seconds: float | None = None
    polls_total: int = 0
    failures: Mapping[FailureReason, int] = field(default=NO_FAILURES)
    info: DeviceInfo | None = None
    info_received: Moment | None = None

    def after_reading(
        self, reading: Reading, now: Moment, duration_seconds: float
    ) -> "Snapshot":
        """Give the snapshot that follows a good poll."""
        return evolve(
            self,
            reading=reading,
            failure=None,
            last_poll=now,
            last_success=now,
            poll_duration_seconds=duration_seconds,
            polls_total=self.polls_total + 1,
        )

    def after_failure(
        self, failure: Failure, now: Moment, duration_seconds: float
    ) -> "Snapshot":
        """Give the snapshot that follows a failed poll: no reading, no info."""
        count = self.failures.get(failure.reason, 0) + 1
        return evolve(
            self,
            reading=None,
            failure=failure,
            last_poll=now,
            poll_duration_seconds=duration_seconds,
            polls_total=self.polls_total + 1,
            failures=MappingProxyType({**self.failures, failure.reason: count}),
            info=None,
            info_received=None,
        )

    def after_reload(self, device: Device) -> "Snapshot":
        """Give the snapshot of a device that is configured anew, maybe elsewhere."""
        if device == self.device:
            return self
        if device.url == self.device.url:
            return evolve(self, device=device)
        return Snapshot(device)

    def after_info(self, info: DeviceInfo, now: Moment) -> "Snapshot":
        """Give the snapshot that follows an answer of /info."""
        return evolve(self, info=info, info_received=now)
