"""In: what came of requests. Out: the last of each board, its failures for longer."""

import tracemalloc

from hypothesis import given
from hypothesis import strategies as st

from collector.fake_clock import FakeClock
from picotemp.payload import Reading
from picotemp_collector.errors import Failure, FailureReason
from picotemp_collector.readings.history import MOST_STRANGERS, History, Past, Result

ATTIC = "http://10.0.0.7/"
REFUSED = Failure(FailureReason.REFUSED, "nothing listens")
LONGEST = Failure(FailureReason.BAD_READING, "x" * 200)
MOST_BYTES = 1536


def recorded(outcomes: list[float | Failure], clock: FakeClock) -> Past:
    history = History(clock.clock)
    for outcome in outcomes:
        clock.advance(1)
        if not isinstance(outcome, Failure):
            history.record(ATTIC, Reading(outcome, 32.0), 0.25)
        else:
            history.record(ATTIC, outcome, 0.5)
    return history.past(ATTIC)


@given(st.lists(st.floats(-40, 125) | st.sampled_from([REFUSED, LONGEST])))
def test_the_last_ten_and_the_last_ten_failures_are_kept_newest_first(
    outcomes: list[float | Failure],
) -> None:
    past = recorded(outcomes, FakeClock())
    newest = [
        Result(
            outcome,
            age_seconds=float(age),
            unix_seconds=1_700_000_000.0 + len(outcomes) - age,
            duration_seconds=0.5 if isinstance(outcome, Failure) else 0.25,
        )
        for age, outcome in enumerate(reversed(outcomes))
    ]
    failures = [result for result in newest if isinstance(result.outcome, Failure)]
    assert [*past.results] == newest[:10]
    assert [*past.failures] == failures[:10]


def test_a_clock_of_the_calendar_that_jumps_back_changes_no_order(
    clock: FakeClock,
) -> None:
    history = History(clock.clock)
    history.record(ATTIC, Reading(20.0, 68.0), 0.1)
    clock.advance(5)
    clock.unix_seconds -= 3600
    history.record(ATTIC, REFUSED, 0.1)
    assert [each.outcome for each in history.past(ATTIC).results] == [REFUSED, 20.0]


def test_nothing_is_known_of_a_board_that_was_never_asked(clock: FakeClock) -> None:
    assert History(clock.clock).past(ATTIC) == Past()


def test_of_strangers_only_the_last_are_kept_and_of_residents_all(
    clock: FakeClock,
) -> None:
    history = History(clock.clock)
    history.admit(ATTIC)
    history.record(ATTIC, REFUSED, 0.1)
    for number in range(MOST_STRANGERS + 10):
        history.record(str(number), REFUSED, 0.1)
        history.record("5", REFUSED, 0.1)
    kept = [number for number in range(266) if history.past(str(number)).results]
    assert kept == [5, *range(11, 266)]
    assert len(history.past(ATTIC).results) == 1
    history.forget(ATTIC)
    assert history.past(ATTIC) == Past()


def test_a_stranger_that_is_configured_keeps_its_past(clock: FakeClock) -> None:
    history = History(clock.clock)
    history.record(ATTIC, REFUSED, 0.1)
    history.admit(ATTIC)
    history.record(ATTIC, REFUSED, 0.1)
    assert len(history.past(ATTIC).results) == 2


def test_a_device_costs_a_kilobyte_and_a_half_at_most(clock: FakeClock) -> None:
    urls = [f"http://10.0.{number // 250}.{number % 250}/" for number in range(1000)]
    history = History(clock.clock)
    tracemalloc.start()
    try:
        for url in urls:
            history.admit(url)
            for _ in range(12):
                history.record(url, Reading(20.0, 68.0), 0.1)
                # Another object each time, as from a client.
                why = Failure(FailureReason.TIMEOUT, "".join(["no whole answer"] * 6))
                history.record(url, why, 3.5)
        assert tracemalloc.get_traced_memory()[0] / len(urls) <= MOST_BYTES
    finally:
        tracemalloc.stop()
