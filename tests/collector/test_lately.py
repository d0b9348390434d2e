"""In: answers as time goes by. Out: those that are new, and no more of them."""

import pytest

from collector.fake_clock import FakeClock
from picotemp_collector.devices.lately import MOST_KEPT, Aged, Lately


def test_an_answer_is_given_again_while_it_is_new(clock: FakeClock) -> None:
    lately = Lately[str](2.0, clock.clock.monotonic_seconds)
    lately.keep("a", "warm")
    assert lately.get("a", 9.0) == Aged("warm", 0.0)
    clock.advance(2.0)
    assert lately.get("a", 9.0) == Aged("warm", 2.0)
    assert lately.get("a", 1.9) is None
    clock.advance(0.1)
    assert lately.get("a", 9.0) is None


def test_the_next_answer_replaces_it(clock: FakeClock) -> None:
    lately = Lately[str](2.0, clock.clock.monotonic_seconds)
    lately.keep("a", "warm")
    clock.advance(1.5)
    lately.keep("a", "cold")
    clock.advance(1.5)
    assert lately.get("a", 9.0) == Aged("cold", 1.5)
    assert lately.get("b", 9.0) is None


def test_another_age_holds_at_once(clock: FakeClock) -> None:
    lately = Lately[str](2.0, clock.clock.monotonic_seconds)
    lately.keep("a", "warm")
    clock.advance(1.0)
    lately.turn_to(0.5)
    assert lately.get("a", 9.0) is None


def test_with_no_age_nothing_is_kept(clock: FakeClock) -> None:
    lately = Lately[str](0.0, clock.clock.monotonic_seconds)
    lately.keep("a", "warm")
    assert (len(lately), lately.get("a", 9.0)) == (0, None)


@pytest.mark.parametrize(("pause_seconds", "most"), [(0.1, 22), (0.0, MOST_KEPT)])
def test_what_is_kept_is_bounded_by_its_age_and_by_number(
    clock: FakeClock, pause_seconds: float, most: int
) -> None:
    lately = Lately[int](2.0, clock.clock.monotonic_seconds)
    for number in range(MOST_KEPT + 100):
        lately.keep(str(number), number)
        clock.advance(pause_seconds)
    assert most - 2 <= len(lately) <= most
