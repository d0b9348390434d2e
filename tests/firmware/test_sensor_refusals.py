"""In: a converter that fails or lies. Out: the reason, and a recovery by itself."""

import asyncio
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from picotemp.log import Log
from picotemp.sensor import SAMPLES, Sensor, SensorError
from picotemp.settings import Settings

from .conftest import checked
from .fake_chip import FakeChip, to_counts
from .serial_line import events
from .virtual_time import in_virtual_time

BIAS_IS_OFF = 17  # the code of 406 °C, what the diode gives without its bias


@pytest.fixture
def sensor(chip: FakeChip, settings: Settings, log: Log) -> Sensor:
    return Sensor(chip, settings, log)


def sample(sensor: Sensor) -> None:
    in_virtual_time(sensor.sample())


def failing(_: int) -> int:
    raise OSError(5)


def live(sensor: Sensor, seconds: float) -> None:
    """Let the job run for a while."""

    async def life() -> None:
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(sensor.run(), seconds)

    in_virtual_time(life())


def setups_ms(chip: FakeChip) -> list[int]:
    """Give when the converter was set up."""
    return chip.times_of("adc_setup")


REFUSED: dict[str, Callable[[int], int]] = {
    "failing": failing,
    "stuck": lambda _: 65535,
    "implausible": lambda _: to_counts(2000),
}


@pytest.mark.parametrize("adc", REFUSED.values(), ids=REFUSED)
def test_s4_after_each_three_refusals_the_converter_is_set_up_anew(
    chip: FakeChip, sensor: Sensor, adc: Callable[[int], int]
) -> None:
    chip.adc = adc
    live(sensor, 9.5)
    assert setups_ms(chip) == [0, 3000, 6000, 9000]


def test_s4_a_diode_without_its_bias_is_refused_and_mended(
    chip: FakeChip, sensor: Sensor
) -> None:
    chip.adc = lambda _: to_counts(876 if len(setups_ms(chip)) >= 2 else BIAS_IS_OFF)

    async def life() -> None:
        running = asyncio.create_task(sensor.run())
        await asyncio.sleep(2.5)
        with pytest.raises(SensorError, match="cannot be"):
            sensor.celsius()
        await asyncio.sleep(1)
        assert sensor.celsius() == pytest.approx(27.04, abs=0.01)
        running.cancel()

    in_virtual_time(life())


def test_a_single_good_reading_begins_the_count_anew(
    chip: FakeChip, sensor: Sensor
) -> None:
    chip.adc = lambda number: 0 if number // SAMPLES % 3 else to_counts(876)
    live(sensor, 30.5)
    assert setups_ms(chip) == [0]


def test_each_run_begins_with_a_setup(chip: FakeChip, sensor: Sensor) -> None:
    live(sensor, 1.5)
    live(sensor, 1.5)
    assert len(setups_ms(chip)) == 2


def test_a_setup_that_fails_is_a_refusal_and_tried_again(
    chip: FakeChip, sensor: Sensor, monkeypatch: pytest.MonkeyPatch
) -> None:
    tries = iter([OSError(5), OSError(5), None])

    def adc_setup() -> None:
        if error := next(tries):
            raise error

    monkeypatch.setattr(chip, "adc_setup", adc_setup)
    sample(sensor)
    with pytest.raises(SensorError, match="the ADC failed"):
        sensor.celsius()
    sample(sensor)
    sample(sensor)
    assert sensor.celsius() == pytest.approx(27.04, abs=0.01)


@pytest.mark.parametrize("adc", REFUSED.values(), ids=REFUSED)
def test_a_sensor_that_refuses_is_alive(
    chip: FakeChip, sensor: Sensor, adc: Callable[[int], int]
) -> None:
    chip.adc = adc

    async def life() -> list[int]:
        running = asyncio.create_task(sensor.run())
        ages = []
        for _ in range(50):
            await asyncio.sleep(0.2)
            ages.append(sensor.age_ms())
        running.cancel()
        return ages

    assert max(in_virtual_time(life())) <= 1000


def test_a_sensor_that_hangs_shows_no_life(chip: FakeChip, sensor: Sensor) -> None:
    live(sensor, 2.5)
    chip.later_ms = 60_000
    assert sensor.age_ms() >= 57_000


@given(st.lists(st.sampled_from([0, 65535]), min_size=SAMPLES, max_size=SAMPLES))
def test_samples_that_are_all_at_the_ends_are_no_temperature(counts: list[int]) -> None:
    # Their mean may well be one that can be.
    chip = FakeChip()
    chip.adc = lambda number: counts[number]
    sensor = Sensor(chip, checked({"ssid": "attic"}), Log(chip))
    sample(sensor)
    with pytest.raises(SensorError, match=r"the ADC is stuck at (0|65535)$"):
        sensor.celsius()


def test_a_failing_adc_is_told_at_once_and_forgotten_when_it_works(
    chip: FakeChip, sensor: Sensor
) -> None:
    sample(sensor)
    works, chip.adc = chip.adc, failing
    sample(sensor)
    with pytest.raises(SensorError, match="the ADC failed"):
        sensor.celsius()
    chip.adc = works
    sample(sensor)
    assert sensor.celsius() == pytest.approx(27.04, abs=0.01)


@pytest.mark.parametrize("counts", [0, 65535])
def test_a_stuck_adc_is_told(chip: FakeChip, sensor: Sensor, counts: int) -> None:
    chip.adc = lambda _: counts
    sample(sensor)
    with pytest.raises(SensorError, match=f"the ADC is stuck at {counts}$"):
        sensor.celsius()


@pytest.mark.parametrize("code", [1, 600, 666, 1020, 2000, 4094])
def test_what_cannot_be_is_refused(chip: FakeChip, sensor: Sensor, code: int) -> None:
    chip.code = code
    sample(sensor)
    with pytest.raises(SensorError, match="cannot be"):
        sensor.celsius()


def test_refusal_and_trust_are_logged_once_each(
    chip: FakeChip, sensor: Sensor, capsys: pytest.CaptureFixture[str]
) -> None:
    works: Callable[[int], int] = chip.adc
    for adc in (works, works, failing, failing, failing, works, works):
        chip.adc = adc
        sample(sensor)
    told = events(capsys.readouterr().out)
    assert [line["event"] for line in told] == [
        "sensor_trusted",
        "sensor_refused",
        "sensor_trusted",
    ]
    assert told[0]["celsius"] == "27.04"
    assert told[1]["level"] == "error"
    assert "the ADC failed" in told[1]["reason"]
