"""In: a snapshot and the time. Out: what may be told of a device at this instant."""

import math
from collections.abc import Mapping
from enum import StrEnum

from attrs import frozen

from picotemp.payload import Reading
from picotemp_collector.errors import FailureReason
from picotemp_collector.readings.device import Device
from picotemp_collector.readings.info import DeviceInfo
from picotemp_collector.readings.snapshot import Moment, Snapshot


class AbsenceReason(StrEnum):
    """Why there is no reading although no poll failed."""

    NOT_ASKED_YET = "not_asked_yet"
    STALE = "stale"


@frozen
class View:
    """A device as it may be shown now: a fresh reading, or a reason for its absence."""

    device: Device
    reading: Reading | None
    reason: FailureReason | AbsenceReason | None
    detail: str | None
    age_seconds: float | None
    last_success_unix_seconds: float | None
    poll_duration_seconds: float | None
    polls_total: int
    failures: Mapping[FailureReason, int]
    info: DeviceInfo | None
    # By the monotonic clock; after that something of it is too old, without any poll.
    holds_until_seconds: float

    @property
    def up(self) -> bool:
        """Whether there is a fresh reading."""
        return self.reading is not None


def judge(snapshot: Snapshot, now_seconds: float, info_interval_seconds: float) -> View:
    """Give the view of a snapshot at a monotonic time in seconds."""
    device = snapshot.device
    poll_until_seconds = _until_seconds(snapshot.last_poll, device.fresh_for_seconds)
    polled_lately = now_seconds <= poll_until_seconds
    up = polled_lately and snapshot.reading is not None
    info_until_seconds = _until_seconds(
        snapshot.info_received, 2 * info_interval_seconds + device.timeout_seconds
    )
    info_is_fresh = up and now_seconds <= info_until_seconds
    reason, detail = _absence(snapshot, polled_lately)
    success = snapshot.last_success
    return View(
        device=device,
        reading=snapshot.reading if up else None,
        reason=reason,
        detail=detail,
        age_seconds=_age_seconds(success, now_seconds),
        last_success_unix_seconds=success.unix_seconds if success else None,
        poll_duration_seconds=(
            snapshot.poll_duration_seconds if polled_lately else None
        ),
        polls_total=snapshot.polls_total,
        failures=snapshot.failures,
        info=snapshot.info if info_is_fresh else None,
        holds_until_seconds=min(
            poll_until_seconds if polled_lately else math.inf,
            info_until_seconds if info_is_fresh else math.inf,
        ),
    )


def _absence(
    snapshot: Snapshot, polled_lately: bool
) -> tuple[FailureReason | AbsenceReason | None, str | None]:
    # One of four things is true: 1. a poll failed, 2. none was made yet, 3. the last
    # one was good and is too long ago, 4. the reading is fresh.
    if snapshot.failure is not None:
        return snapshot.failure.reason, snapshot.failure.detail
    if snapshot.last_poll is None:
        return AbsenceReason.NOT_ASKED_YET, "the first poll has not ended"
    if not polled_lately:
        return AbsenceReason.STALE, "the last reading is too old to be shown"
    return None, None


def _until_seconds(moment: Moment | None, limit_seconds: float) -> float:
    return -math.inf if moment is None else moment.monotonic_seconds + limit_seconds


def _age_seconds(moment: Moment | None, now_seconds: float) -> float | None:
    if moment is None:
        return None
    return max(0.0, now_seconds - moment.monotonic_seconds)
