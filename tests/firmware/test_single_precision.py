"""In: the firmware's sums in the chip's 32-bit floats. Out: how far off they ever are.

Not the sums written anew: the firmware's own functions, run on Single and Count.
"""

import functools
import itertools
import json
import random
from collections.abc import Iterator

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from picotemp import sensor
from picotemp.payload import (
    HIGHEST_CELSIUS,
    LOWEST_CELSIUS,
    build,
    fahrenheit,
    two_decimals,
)
from picotemp.sensor import SAMPLES, calibrated, trimmed_mean
from picotemp.settings import Settings

from .conftest import checked
from .fake_chip import to_counts
from .single import Count, Single, rounded

MOST_CELSIUS = 0.02
MOST_PRINTED = 0.01
HALF_OF_THE_LAST_DECIMAL = 0.005
CODES = range(4096)
VREFS = (3.0, 3.1, 3.2, 3.3, 3.4, 3.5, 3.6)
# (gain, offset): none, usual ones, and the ends of what settings may say.
CALIBRATIONS = ((1.0, 0.0), (0.97, -1.3), (1.04, 0.7), (0.5, -40.0), (2.0, 40.0))


def double_celsius(counts: float, vref: float, gain: float, offset: float) -> float:
    """Give the data sheet's formula in 64 bits."""
    return (27 - (counts * vref / 65535 - 0.706) / 0.001721) * gain + offset


def chips(vref: float, gain: float, offset: float) -> Settings:
    """Give the settings as the chip has them."""
    chosen = checked({"ssid": "attic", "vref_volts": vref, "gain": gain})
    chosen.vref_volts = Single(vref)
    chosen.gain = Single(gain)
    chosen.offset_celsius = Single(offset)
    return chosen


@functools.cache
def means() -> list[float]:
    """Give the mean of samples that are all one code, for every code."""
    # At the ends it is refused; the curve goes on there all the same.
    inner = CODES[1:-1]
    measured = [trimmed_mean([Count(to_counts(code))] * SAMPLES) for code in inner]
    return [Single(0), *measured, Single(65535)]


def curve(vref: float, gain: float, offset: float) -> list[float]:
    """Give what the chip makes of every code, mean and calibration included."""
    own = chips(vref, gain, offset)
    celsius = [calibrated(mean, own) for mean in means()]
    assert {type(value) for value in means() + celsius} == {Single}
    return celsius


def boards() -> Iterator[tuple[float, float, float]]:
    """Give (vref, gain, offset) of many boards."""
    for vref, calibration in itertools.product(VREFS, CALIBRATIONS):
        yield vref, *calibration


def worst_error_celsius() -> float:
    """Give the greatest error of any code on any board."""
    return max(
        abs(float(celsius) - double_celsius(to_counts(code), *board))
        for board in boards()
        for code, celsius in enumerate(curve(*board))
    )


def worst_printed_error() -> float:
    """Give the greatest error of a printed °C or °F, of the temperatures that can be.

    0.005 of it belongs to the two decimals.
    """
    worst = 0.0
    for board in boards():
        for code, celsius in enumerate(curve(*board)):
            if not LOWEST_CELSIUS <= celsius <= HIGHEST_CELSIUS:
                continue
            exact = double_celsius(to_counts(code), *board)
            shown = json.loads(build(celsius))
            worst = max(worst, abs(shown["tempC"] - exact))
            worst = max(worst, abs(shown["tempF"] - (exact * 1.8 + 32)))
    return worst


def test_every_code_is_right_to_a_fiftieth_of_a_degree() -> None:
    worst = worst_error_celsius()
    print(f"worst error in 32-bit floats: {worst:.6f} °C")
    assert worst <= MOST_CELSIUS, f"the worst error is {worst:.6f} °C"


@pytest.mark.parametrize("steps", [-1, 1])
@pytest.mark.parametrize("name", ["VOLTS_AT_27_CELSIUS", "VOLTS_PER_DEGREE"])
def test_a_literal_that_the_chip_reads_one_step_off_does_no_harm(
    monkeypatch: pytest.MonkeyPatch, name: str, steps: int
) -> None:
    # Its parser of decimals does not promise the nearest float.
    monkeypatch.setattr(sensor, name, Single(getattr(sensor, name)).neighbour(steps))
    for code, celsius in enumerate(curve(3.3, 1.0, 0.0)):
        exact = double_celsius(to_counts(code), 3.3, 1.0, 0.0)
        assert abs(celsius - exact) <= MOST_CELSIUS


def test_the_curve_falls_from_code_to_code_and_never_wraps() -> None:
    for board in boards():
        celsius = curve(*board)
        assert all(low < high for high, low in itertools.pairwise(celsius)), board


def test_the_mean_of_noisy_samples_is_exact_to_the_last_bit_of_32() -> None:
    chance = random.Random(1)  # noqa: S311 noise, no secret
    for _ in range(1000):
        code = chance.randrange(8, 4088)
        counts = [to_counts(code + chance.randint(-8, 8)) for _ in range(SAMPLES)]
        mean = trimmed_mean([Count(count) for count in counts])
        assert type(mean) is Single
        assert mean == rounded(trimmed_mean(counts))


def test_printed_decimals_are_right_to_a_hundredth() -> None:
    worst = worst_printed_error()
    print(f"worst error of a printed °C or °F: {worst:.6f}")
    assert worst <= MOST_PRINTED, f"the worst printed error is {worst:.6f}"


@given(st.floats(-40, 125, width=32))
@example(0.125)
@example(-0.004999999888241291)
@example(99.995)
def test_two_decimals_are_those_of_the_float_itself(celsius: float) -> None:
    chips_own = Single(celsius)
    for value in (chips_own, fahrenheit(chips_own)):
        assert type(value) is Single
        shown = float(two_decimals(value))
        assert abs(shown - float(value)) <= HALF_OF_THE_LAST_DECIMAL + 1e-5
        assert abs(shown - round(float(value), 2)) <= MOST_PRINTED + 1e-9


@given(st.floats(-40, 125, width=32))
def test_fahrenheit_is_right_to_a_hundredth_of_the_unrounded_celsius(
    celsius: float,
) -> None:
    shown = json.loads(build(Single(celsius)))
    assert abs(shown["tempF"] - (celsius * 1.8 + 32)) <= MOST_PRINTED


def test_s7_full_scale_is_the_highest_code() -> None:
    # The data sheet's own example divides by 4096: 0.1 °C beside it at 27 °C.
    for code in CODES:
        by_counts = double_celsius(to_counts(code), 3.3, 1.0, 0.0)
        by_code = 27 - (code * 3.3 / 4095 - 0.706) / 0.001721
        assert abs(by_counts - by_code) < 0.03
        assert abs(sensor.convert(to_counts(code), 3.3) - by_code) < 0.03
    beside = 27 - (876 * 3.3 / 4096 - 0.706) / 0.001721
    assert 0.09 < beside - sensor.convert(to_counts(876), 3.3) < 0.12


def test_singles_round_as_the_chip_does() -> None:
    assert Single(0.1) == 0.100000001490116119384765625
    assert Single(16777216) + 1 == float(16777216)
    assert type(1 - Single(0.5)) is type(0.5 / Single(3)) is Single
    assert Count(1) / 3 == rounded(1 / 3)
    assert round(Single(2.5)) == 2
    assert round(Single(1.005), 2) == rounded(1.0)
