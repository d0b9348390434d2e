"""In: ADC counts. Out: one true temperature in °C, or why there is none."""

import asyncio
import itertools
import random
import statistics
from collections.abc import Callable
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from picotemp.log import Log
from picotemp.sensor import (
    FRESH_MS,
    SAMPLES,
    SLICE_SAMPLES,
    Sensor,
    SensorError,
    convert,
)
from picotemp.settings import Settings

from .conftest import checked
from .fake_chip import FakeChip, to_counts
from .serial_line import events
from .virtual_time import in_virtual_time


def exact_celsius(counts: int, vref_volts: str = "3.3") -> Fraction:
    """Give the data sheet's formula in exact numbers."""
    volts = Fraction(counts) * Fraction(vref_volts) / 65535
    return 27 - (volts - Fraction("0.706")) / Fraction("0.001721")


def chosen(**values: float) -> Settings:
    """Give working settings with these among them."""
    return checked({"ssid": "attic", **values})


@pytest.fixture
def sensor(chip: FakeChip, settings: Settings, log: Log) -> Sensor:
    return Sensor(chip, settings, log)


def sample(sensor: Sensor) -> None:
    in_virtual_time(sensor.sample())


def test_every_code_is_converted_by_the_data_sheets_formula() -> None:
    for code in range(4096):
        counts = to_counts(code)
        assert convert(counts, 3.3) == pytest.approx(
            float(exact_celsius(counts)), abs=1e-9
        )


def test_every_code_is_a_true_temperature_or_refused(
    chip: FakeChip, sensor: Sensor, capsys: pytest.CaptureFixture[str]
) -> None:
    async def every_code() -> dict[int, float]:
        shown = {}
        for code in range(4096):
            chip.code = code
            await sensor.sample()
            try:
                shown[code] = sensor.celsius()
            except SensorError:
                continue
        return shown

    shown = in_virtual_time(every_code())
    exact = {code: exact_celsius(to_counts(code)) for code in range(4096)}
    possible = {code for code, celsius in exact.items() if -40 <= celsius <= 125}
    assert set(shown) == possible
    assert all(
        celsius == pytest.approx(float(exact[code]), abs=1e-9)
        for code, celsius in shown.items()
    )
    assert len(events(capsys.readouterr().out, "sensor_trusted")) == 1


@given(
    code=st.integers(680, 1010),
    spikes=st.dictionaries(
        st.integers(0, 127), st.sampled_from([0, 65535, 20000]), max_size=16
    ),
)
def test_spikes_do_not_move_the_mean(code: int, spikes: dict[int, int]) -> None:
    chip = FakeChip()
    chip.adc = lambda number: spikes.get(number, to_counts(code))
    sensor = Sensor(chip, chosen(), Log(chip))
    in_virtual_time(sensor.sample())
    assert sensor.celsius() == pytest.approx(
        float(exact_celsius(to_counts(code))), abs=1e-9
    )


@pytest.mark.parametrize("code", [860.0, 876.25, 876.5, 1000.0])
@pytest.mark.parametrize("noise", ["even", "normal"])
def test_s1_noise_of_two_codes_is_averaged_to_a_tenth_of_a_degree(
    code: float, noise: str
) -> None:
    # One code is 0.47 °C; even: anything up to 2 codes off, normal: sigma 2 codes.
    chance = random.Random(1)  # noqa: S311 noise, no secret
    noises: dict[str, Callable[[], float]] = {
        "even": lambda: chance.uniform(-2, 2),
        "normal": lambda: chance.gauss(0, 2),
    }
    off = noises[noise]
    chip = FakeChip()
    chip.adc = lambda _: to_counts(round(code + off()))
    sensor = Sensor(chip, chosen(), Log(chip))

    async def readings() -> list[float]:
        told = []
        for _ in range(500):
            await sensor.sample()
            told.append(sensor.celsius())
        return told

    told = in_virtual_time(readings())
    exact = 27 - (code * 3.3 / 4095 - 0.706) / 0.001721
    sigma = statistics.pstdev(told, exact)
    print(f"sigma of {noise} noise at code {code}: {sigma:.3f} °C")
    assert sigma < 0.1


def test_sampling_lets_the_loop_turn(chip: FakeChip, sensor: Sensor) -> None:
    async def watch() -> list[int]:
        work = asyncio.create_task(sensor.sample())
        seen = [0]
        while not work.done():
            await asyncio.sleep(0)
            seen.append(chip.samples)
        return [after - before for before, after in itertools.pairwise(seen)]

    taken = in_virtual_time(watch())
    assert sum(taken) == SAMPLES >= 64
    assert max(taken) <= SLICE_SAMPLES == 8


def test_before_the_first_sample_there_is_no_temperature(sensor: Sensor) -> None:
    with pytest.raises(SensorError, match="not been read yet"):
        sensor.celsius()


def test_a_reading_older_than_5_seconds_is_none(chip: FakeChip, sensor: Sensor) -> None:
    sample(sensor)
    chip.later_ms = 5000
    assert sensor.celsius() == pytest.approx(27.04, abs=0.01)
    chip.later_ms = 5001
    with pytest.raises(SensorError, match="5001 ms old"):
        sensor.celsius()
    assert FRESH_MS == 5000


def test_it_samples_once_a_second(chip: FakeChip, sensor: Sensor) -> None:
    async def live() -> None:
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(sensor.run(), 9.5)

    in_virtual_time(live())
    assert chip.samples == 10 * SAMPLES


@given(
    code=st.integers(860, 890),
    gain=st.floats(0.5, 2),
    offset=st.floats(-20, 20),
    vref=st.sampled_from(["3.29", "3.3", "3.31"]),
)
def test_s2_the_owners_reference_gain_and_offset_count(
    code: int, gain: float, offset: float, vref: str
) -> None:
    chip = FakeChip()
    chip.code = code
    own = chosen(gain=gain, offset_celsius=offset, vref_volts=float(vref))
    sensor = Sensor(chip, own, Log(chip))
    in_virtual_time(sensor.sample())
    expected = float(exact_celsius(to_counts(code), vref)) * gain + offset
    assert sensor.celsius() == pytest.approx(expected, abs=1e-6)


def test_a_calibration_never_makes_the_impossible_true(
    chip: FakeChip, log: Log
) -> None:
    chip.code = 700
    sensor = Sensor(chip, chosen(offset_celsius=40.0), log)
    sample(sensor)
    with pytest.raises(SensorError, match="cannot be"):
        sensor.celsius()
