"""In: lines of boards that start. Out: what each is known to be, after each line."""

from datetime import UTC, datetime

import pytest

from picotemp_tools.flash.watch.boot_report import BootReport
from picotemp_tools.flash.watch.log_line import read

NOW = datetime(2026, 11, 21, tzinfo=UTC)
STARTED = "started early_ends=0 id=e661 reset_cause=intended version=1.2.3"


def report_of(*events: str) -> BootReport:
    report = BootReport()
    for event in events:
        report.take(read(NOW, f"t=1.000 level=info event={event}"))
    return report


def test_a_board_that_serves_says_who_and_where_it_is() -> None:
    report = report_of(STARTED, "listening port=80", "joined address=10.0.0.7")
    assert (report.starts, report.version, report.reset_cause) == (
        1,
        "1.2.3",
        "intended",
    )
    assert (report.address, report.port) == ("10.0.0.7", 80)
    assert not report.is_healthy
    report.take(read(NOW, "t=60.000 level=info event=healthy"))
    assert report.is_healthy


def test_nothing_is_known_of_a_board_that_says_nothing() -> None:
    report = BootReport()
    report.take(read(NOW, "event=joined address=10.0.0.7"))
    assert (report.starts, report.version, report.address, report.events) == (
        0,
        None,
        None,
        0,
    )


def test_a_new_start_begins_anew_and_is_counted() -> None:
    told = "joined address=10.0.0.7", "ended error=x", "recovery", "healthy"
    report = report_of(STARTED, *told, "sensor_refused reason=y", STARTED)
    assert report.starts == 2
    report.starts = 1
    assert vars(report) == vars(report_of(STARTED))


@pytest.mark.parametrize(
    ("events", "address"),
    [
        (("joined address=10.0.0.7", "address_changed address=10.0.0.8"), "10.0.0.8"),
        (("joined address=10.0.0.7", "link_lost reason=down"), None),
        (("joined address=10.0.0.7", "link_dead questions=7"), None),
        (("join_failed reason=no_address times=1",), None),
    ],
)
def test_the_address_is_where_it_is_joined_now(
    events: tuple[str, ...], address: str | None
) -> None:
    assert report_of(STARTED, *events).address == address


def test_a_failure_to_join_counts_until_it_has_joined() -> None:
    failed = "join_failed reason=wrong_password times=1"
    report = report_of(failed, "join_failed reason=no_address times=2")
    assert (report.join_failure, report.join_failures) == ("no_address", 2)
    report = report_of(failed, "joined address=10.0.0.7")
    assert (report.join_failure, report.join_failures) == (None, 0)


def test_problems_of_the_settings_are_told_once() -> None:
    bad = 'settings_unusable problem="ssid: expected text"', "settings_unusable mend=x"
    report = report_of(*bad, *bad)
    assert report.settings_problems == ("ssid: expected text",)
    assert report.is_without_settings


def test_who_uses_the_last_good_settings_has_some() -> None:
    report = report_of("settings_last_good_used problem=broken")
    assert report.settings_problems == ("broken",)
    assert report.is_last_good_used
    assert not report.is_without_settings


def test_a_sensor_that_is_trusted_again_has_no_problem() -> None:
    refused = 'sensor_refused reason="no change"'
    assert report_of(refused).sensor_problem == "no change"
    assert report_of(refused, "sensor_trusted celsius=21.00").sensor_problem is None


def test_the_error_of_an_end_is_kept() -> None:
    assert report_of(STARTED, 'ended error="OSError(5,)"').ended == "OSError(5,)"
