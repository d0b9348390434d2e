"""In: times of a host. Out: those that cannot be are refused."""

from datetime import UTC, datetime, timedelta, timezone

import pytest

from picotemp_tools.flash.doctor.host_clock import (
    LATEST,
    RELEASED,
    now,
    require_right,
    shown,
)
from picotemp_tools.flash.errors import FlashError, Kind

SECOND = timedelta(seconds=1)


@pytest.mark.parametrize("time", [RELEASED, LATEST, RELEASED + timedelta(days=900)])
def test_a_time_after_the_release_can_be(time: datetime) -> None:
    require_right(time)


@pytest.mark.parametrize("time", [RELEASED - SECOND, LATEST + SECOND])
def test_a_time_before_the_release_or_long_after_it_cannot_be(time: datetime) -> None:
    with pytest.raises(FlashError) as error:
        require_right(time)
    assert error.value.kind is Kind.HOST_CLOCK
    assert str(error.value) == (
        f"this machine's clock says {shown(time)}: sudo timedatectl set-ntp true (or "
        "set date and time in the system's settings)"
    )


def test_a_time_is_told_in_the_zone_that_is_named() -> None:
    berlin = timezone(timedelta(hours=1))
    assert shown(datetime(2026, 12, 24, 18, 30, tzinfo=berlin)) == (
        "2026-12-24 17:30 UTC"
    )
    assert now().tzinfo is UTC
