"""In: a board that ends in every way. Out: the next boot knows which, and how often."""

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from picotemp.boots import EARLY_ENDS_MOST, MAGIC, RUNNING, Boots

from .fake_chip import FakeChip

WORDS = st.integers(0, 2**32 - 1)


class Board:
    """One board: its registers outlive resets, not power."""

    def __init__(self) -> None:
        self.chip = FakeChip()

    def boot(self) -> Boots:
        """Start the program."""
        return Boots(self.chip)

    def reset(self) -> None:
        """Let the watchdog, or reset(), restart the chip."""
        self.chip.has_been_reset = True

    def power_cut(self) -> None:
        """Cut the power and give it back."""
        self.chip.has_been_reset = False
        self.chip.registers = [0, 0, 0, 0]


def exception(board: Board, boots: Boots) -> None:
    boots.mark_exception()
    board.reset()


def late_exception(board: Board, boots: Boots) -> None:
    boots.mark_healthy()
    exception(board, boots)


def watchdog(board: Board, _boots: Boots) -> None:
    board.reset()


def late_watchdog(board: Board, boots: Boots) -> None:
    boots.mark_healthy()
    board.reset()


def intended(board: Board, boots: Boots) -> None:
    boots.mark_intended()
    board.reset()


def late_intended(board: Board, boots: Boots) -> None:
    boots.mark_healthy()
    intended(board, boots)


def power(board: Board, _boots: Boots) -> None:
    board.power_cut()


def late_power(board: Board, boots: Boots) -> None:
    boots.mark_healthy()
    board.power_cut()


End = Callable[[Board, Boots], None]
EARLY = (exception, watchdog)
ENDS: dict[End, str] = {
    exception: "exception",
    late_exception: "exception",
    watchdog: "watchdog",
    late_watchdog: "watchdog",
    intended: "intended",
    late_intended: "intended",
    power: "power",
    late_power: "power",
}


@pytest.mark.parametrize("end", ENDS, ids=lambda end: end.__name__)
def test_r2_a_reset_is_told_apart_from_the_watchdog_and_from_power(end: End) -> None:
    board = Board()
    assert board.boot().cause == "power"
    for _ in range(3):
        end(board, board.boot())
        assert board.boot().cause == ENDS[end]
        end(board, board.boot())


@given(st.lists(st.sampled_from(list(ENDS)), max_size=20))
def test_early_ends_are_counted_in_a_row_and_every_other_end_forgets_them(
    ends: list[End],
) -> None:
    board = Board()
    in_a_row = 0
    for end in ends:
        end(board, board.boot())
        in_a_row = in_a_row + 1 if end in EARLY else 0
        # What the next boot reads, without being that boot.
        registers = board.chip.registers[:]
        assert board.boot().early_ends == in_a_row
        board.chip.registers = registers


def test_the_count_stays_a_byte_for_ever() -> None:
    board = Board()
    for _ in range(1000):
        exception(board, board.boot())
    assert board.boot().early_ends == 255
    board.reset()
    assert board.boot().cause == "watchdog"


def test_another_try_that_ends_early_leads_straight_back_to_recovery() -> None:
    board = Board()
    for _ in range(EARLY_ENDS_MOST):
        watchdog(board, board.boot())
    boots = board.boot()
    assert boots.early_ends == EARLY_ENDS_MOST
    boots.mark_retry()
    board.reset()
    boots = board.boot()
    assert (boots.cause, boots.early_ends) == ("intended", EARLY_ENDS_MOST - 1)
    watchdog(board, boots)
    assert board.boot().early_ends == EARLY_ENDS_MOST


def test_another_try_that_is_healthy_forgets_the_recovery() -> None:
    board = Board()
    board.boot().mark_retry()
    board.reset()
    late_exception(board, board.boot())
    assert board.boot().early_ends == 0


def test_an_exception_that_is_marked_twice_counts_once() -> None:
    board = Board()
    boots = board.boot()
    boots.mark_exception()
    boots.mark_exception(is_saved=True)
    board.reset()
    boots = board.boot()
    assert (boots.cause, boots.early_ends, boots.was_saved) == ("exception", 1, True)


@pytest.mark.parametrize("is_saved", [True, False])
def test_whether_the_end_was_saved_is_known_only_of_ends_that_could(
    is_saved: bool,
) -> None:
    board = Board()
    for mark in (Boots.mark_exception, Boots.mark_intended, Boots.mark_retry):
        mark(board.boot(), is_saved)
        board.reset()
        assert board.boot().was_saved == is_saved
        board.reset()
        assert not board.boot().was_saved
    board.boot().mark_exception(is_saved)
    board.power_cut()
    assert not board.boot().was_saved


@given(WORDS, WORDS, st.booleans())
def test_foreign_bits_in_the_registers_read_as_power(
    first: int, second: int, was_reset: bool
) -> None:
    board = Board()
    board.chip.registers = [first, second, 7, 8]
    board.chip.has_been_reset = was_reset
    boots = board.boot()
    assert (boots.cause, boots.early_ends, boots.was_saved) == ("power", 0, False)
    assert board.chip.registers[2:] == [7, 8]


@given(st.integers(0, 255), st.integers(0, 255))
def test_any_state_behind_the_magic_number_is_read_without_a_crash(
    state: int, ends: int
) -> None:
    board = Board()
    board.chip.registers = [MAGIC | state, MAGIC | ends, 0, 0]
    board.reset()
    boots = board.boot()
    assert boots.cause in ("power", "watchdog", "exception", "intended")
    if boots.cause == "power":
        assert (boots.early_ends, boots.was_saved) == (0, False)


def test_a_half_written_state_reads_as_power() -> None:
    board = Board()
    board.chip.registers = [MAGIC | RUNNING, 0, 0, 0]
    board.reset()
    assert board.boot().cause == "power"


@pytest.mark.parametrize("end", ENDS, ids=lambda end: end.__name__)
def test_a_chip_that_was_not_reset_had_no_power(end: End) -> None:
    board = Board()
    end(board, board.boot())
    board.chip.has_been_reset = False
    boots = board.boot()
    assert (boots.cause, boots.early_ends, boots.was_saved) == ("power", 0, False)


def test_the_chip_needs_no_big_integers_for_it() -> None:
    assert MAGIC & 0xFF == 0
    assert MAGIC < 1 << 30
