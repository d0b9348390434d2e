"""In: time, pins, faults. Out: whether the die's code is believable and exact."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from picotemp_tools.emulator.die import (
    HIGHEST_CODE,
    NOISE_CODES,
    VREF_VOLTS,
    Die,
    curve,
    to_code,
    to_counts,
)

WEEK_SECONDS = 7 * 86_400
LONG_AGO = 1_700_000_000
MOST_CHANGE_PER_SECOND = 0.05

moments = st.floats(0, WEEK_SECONDS)
seeds = st.integers(0, 8 * 255)


def to_celsius(code: float) -> float:
    return 27 - (code * VREF_VOLTS / HIGHEST_CODE - 0.706) / 0.001721


def pinned(die: Die, celsius: float | None = None, code: int | None = None) -> Die:
    die.change(celsius, code, None, is_unpinned=False)
    return die


@given(moments, seeds)
def test_the_curve_stays_where_a_room_lets_a_die_be(moment: float, seed: int) -> None:
    assert 15 < curve(moment, LONG_AGO + moment, seed) < 40


@given(moments, seeds)
def test_the_curve_changes_slowly(moment: float, seed: int) -> None:
    before = curve(moment, LONG_AGO + moment, seed)
    after = curve(moment + 1, LONG_AGO + moment + 1, seed)
    assert abs(after - before) < MOST_CHANGE_PER_SECOND


@given(seeds)
def test_the_curve_warms_the_die_after_it_starts(seed: int) -> None:
    assert curve(3600, LONG_AGO, seed) > curve(0, LONG_AGO, seed) + 5


@given(seeds)
def test_the_curve_has_a_day(seed: int) -> None:
    day = [curve(WEEK_SECONDS, LONG_AGO + hour * 3600, seed) for hour in range(24)]
    assert max(day) - min(day) > 3


def test_boards_stand_in_different_places() -> None:
    assert len({round(curve(0, LONG_AGO, seed)) for seed in range(5)}) == 5


@given(st.floats(-40, 125))
def test_a_temperature_becomes_a_code_and_back(celsius: float) -> None:
    assert to_celsius(to_code(celsius)) == pytest.approx(celsius, abs=1e-9)


@pytest.mark.parametrize(("celsius", "code"), [(27.0, 876), (-40.0, 1019), (85.0, 752)])
def test_the_datasheets_temperatures_have_their_codes(
    celsius: float, code: int
) -> None:
    assert abs(to_code(celsius) - code) < 1


def test_counts_fill_their_lower_bits_with_the_codes_upper_ones() -> None:
    for code in range(HIGHEST_CODE + 1):
        counts = to_counts(code)
        assert counts >> 4 == code
        assert counts & 0b1111 == code >> 8
    assert (to_counts(0), to_counts(876), to_counts(4095)) == (0, 14019, 65535)


@given(st.integers(0, HIGHEST_CODE), moments)
def test_a_pinned_code_is_that_code_without_noise(code: int, moment: float) -> None:
    die = pinned(Die(), code=code)
    assert die.exact_code(moment, LONG_AGO) == code
    assert die.noise_codes() == 0


@given(st.floats(-40, 125), moments)
def test_a_pinned_temperature_stands_still_but_has_noise(
    celsius: float, moment: float
) -> None:
    die = pinned(Die(), celsius=celsius)
    assert die.exact_code(moment, LONG_AGO + moment) == to_code(celsius)
    assert die.noise_codes() == NOISE_CODES


def test_the_last_pin_counts_and_unpinning_gives_the_curve_back() -> None:
    die = pinned(pinned(Die(seed=3), code=800), celsius=50.0)
    assert die.exact_code(0, 0) == to_code(50.0)
    assert pinned(die, code=700).exact_code(0, 0) == 700
    die.change(None, None, None, is_unpinned=True)
    assert die.exact_code(9, LONG_AGO) == to_code(curve(9, LONG_AGO, 3))


def test_a_stuck_converter_gives_the_upper_rail_whatever_is_pinned() -> None:
    die = pinned(Die(adc="stuck"), code=800)
    assert (die.exact_code(0, 0), die.noise_codes()) == (HIGHEST_CODE, 0)
    die.change(None, None, "ok", is_unpinned=False)
    assert die.exact_code(0, 0) == 800


def test_an_unbiased_diode_reads_as_no_board_can_be_until_it_is_set_up() -> None:
    die = pinned(Die(adc="unbiased"), code=800)
    assert to_celsius(die.exact_code(0, 0)) > 400
    assert die.noise_codes() == NOISE_CODES
    die.set_up()
    assert (die.exact_code(0, 0), die.noise_codes(), die.adc) == (800, 0, "ok")


@pytest.mark.parametrize("fault", ["ok", "stuck", "fails"])
def test_setting_up_mends_no_other_fault(fault: str) -> None:
    die = Die(adc=fault)
    die.set_up()
    assert die.adc == fault


@pytest.mark.parametrize(
    ("celsius", "code", "adc"),
    [
        (float("nan"), None, None),
        (float("inf"), None, None),
        (None, -1, None),
        (None, HIGHEST_CODE + 1, None),
        (None, None, "melted"),
        (20.0, 700, "melted"),
    ],
)
def test_what_cannot_be_is_refused_and_changes_nothing(
    celsius: float | None, code: int | None, adc: str | None
) -> None:
    die = Die(celsius=30.0)
    with pytest.raises(ValueError, match=r"\bno"):
        die.change(celsius, code, adc, is_unpinned=False)
    assert die == Die(celsius=30.0)
