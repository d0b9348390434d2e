"""In: what a board prints as it starts. Out: when it is clear how it goes."""

import pytest

from picotemp_tools.flash.doctor.start_watch import watch
from picotemp_tools.flash.watch.serial_log import Mark
from picotemp_tools.flash.watch.start import PATIENCE_SECONDS
from tools.flash.watch.fake_log import FakeLog, Script

STARTED = (1.0, "started version=1.2.3 reset_cause=intended")
JOINED = (4.0, "joined address=10.0.0.7")
WRONG = "join_failed reason=wrong_password times=1"


@pytest.mark.parametrize(
    ("script", "seconds"),
    [
        ([STARTED, JOINED, (30.0, "healthy")], 4.0),
        ([STARTED, (2.0, "ended error=OSError"), JOINED], 2.0),
        ([STARTED, (2.0, "recovery early_ends=3"), JOINED], 2.0),
        ([STARTED, (2.0, 'settings_unusable problem="ssid: text"')], 2.0),
        ([STARTED, (2.0, "settings_last_good_used problem=x"), JOINED], 4.0),
        ([STARTED, (3.0, STARTED[1]), (5.0, STARTED[1]), (6.0, JOINED[1])], 5.0),
        ([STARTED, (3.0, WRONG), (9.0, JOINED[1])], 9.0),
        ([STARTED, (3.0, WRONG), (6.0, WRONG), (9.0, JOINED[1])], 6.0),
        ([(0.5, Mark.GONE), (0.8, Mark.BACK), STARTED, JOINED], 4.0),
        ([STARTED], PATIENCE_SECONDS),
    ],
)
def test_it_is_watched_until_it_is_clear_or_late(
    script: Script, seconds: float
) -> None:
    log = FakeLog(script)
    report = watch(log, log.clock)
    assert log.waited_seconds == pytest.approx(seconds, abs=0.3)
    assert log.restarts == []
    assert report.version == "1.2.3"


def test_a_start_that_was_missed_is_made_again_at_the_first_word_of_it() -> None:
    log = FakeLog([JOINED], restarted=[STARTED, (2.0, "joined address=10.0.0.8")])
    report = watch(log, log.clock)
    assert log.restarts == [4.0]
    assert (report.version, report.address) == ("1.2.3", "10.0.0.8")


def test_a_board_that_says_nothing_is_started_again_but_once() -> None:
    log = FakeLog([])
    report = watch(log, log.clock)
    assert log.restarts == [pytest.approx(10.0, abs=0.3)]
    assert report.starts == 0
    assert log.waited_seconds == pytest.approx(10 + PATIENCE_SECONDS, abs=0.5)


def test_a_board_that_is_away_is_not_waited_for_without_end() -> None:
    log = FakeLog([(0.0, Mark.GONE)], is_open=False)
    assert watch(log, log.clock).starts == 0
    assert log.waited_seconds == pytest.approx(PATIENCE_SECONDS, abs=0.3)
