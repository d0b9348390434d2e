"""In: 16-bit ADC counts. Out: one temperature in °C, or why there is none.

Formula: RP2040 datasheet, section 4.9.5 (the same for RP2350): the diode's voltage
is 0.706 V at 27 °C and falls by 1.721 mV a degree.
"""

import asyncio

from .chip import Chip
from .log import Log
from .payload import HIGHEST_CELSIUS, LOWEST_CELSIUS, two_decimals
from .settings import Settings
from .supervision import Job

# The chip stretches its 12 bits to 16: 65535 stands for the highest code, 4095.
FULL_SCALE_COUNTS = 65535
VOLTS_AT_27_CELSIUS = 0.706
VOLTS_PER_DEGREE = 0.001721

# One code is 0.47 °C: the mean of so many noisy ones is known to 0.1 °C.
SAMPLES = 128
# Dropped at each end before the mean: a spike on the supply must not move it.
TRIMMED_SAMPLES = 16
# Between slices the loop turns, so that sampling never holds up an answer.
SLICE_SAMPLES = 8
INTERVAL_SECONDS = 1
FRESH_MS = 5000
# Whatever else resets the converter switches the diode's bias off for ever.
REFUSALS_BEFORE_SETUP = 3


class SensorError(Exception):
    """There is no temperature that can be trusted; its text says why."""


def trimmed_mean(samples: list[int]) -> float:
    """Give the mean without the extremes; raise SensorError if all are at the ends."""
    kept = sorted(samples)[TRIMMED_SAMPLES:-TRIMMED_SAMPLES]
    if kept.count(0) + kept.count(FULL_SCALE_COUNTS) == len(kept):
        raise SensorError("the ADC is stuck at %d" % kept[-1])
    # Whole numbers up to the division: exact in the chip's 32-bit floats too.
    return sum(kept) / len(kept)


def convert(counts: float, vref_volts: float) -> float:
    """Convert ADC counts to °C."""
    volts = counts * vref_volts / FULL_SCALE_COUNTS
    return 27 - (volts - VOLTS_AT_27_CELSIUS) / VOLTS_PER_DEGREE


def calibrated(counts: float, settings: Settings) -> float:
    """Convert ADC counts to °C of this one board."""
    celsius = convert(counts, settings.vref_volts)
    return celsius * settings.gain + settings.offset_celsius


class Sensor(Job):
    """Samples for as long as it runs; the newest temperature is celsius()."""

    name = "sensor"

    def __init__(self, chip: Chip, settings: Settings, log: Log) -> None:
        super().__init__(chip)
        self._settings = settings
        self._log = log
        self._celsius = 0.0
        self._taken_at_ms = 0
        self._problem = "the sensor has not been read yet"
        self._is_set_up = False
        self._refusals = 0

    def celsius(self) -> float:
        """Give the newest temperature in °C; raise SensorError if it is not to be."""
        if self._problem:
            raise SensorError(self._problem)
        age_ms = self._chip.uptime_ms() - self._taken_at_ms
        if age_ms > FRESH_MS:
            raise SensorError("the last reading is %d ms old" % age_ms)
        return self._celsius

    async def run(self) -> None:
        """Sample once a second."""
        self._is_set_up = False
        while True:
            await self.sample()
            self.beat()
            await asyncio.sleep(INTERVAL_SECONDS)

    async def sample(self) -> None:
        """Take one reading and keep it, or keep why it is refused."""
        try:
            self._set_up()
            celsius = self._plausible(trimmed_mean(await self._samples()))
        except SensorError as error:
            self._refuse(str(error))
        except OSError as error:
            self._refuse("the ADC failed: %s" % error)
        else:
            self._trust(celsius)

    def _set_up(self) -> None:
        if not self._is_set_up:
            self._chip.adc_setup()
            self._is_set_up = True

    async def _samples(self) -> list[int]:
        samples: list[int] = []
        while len(samples) < SAMPLES:
            for _ in range(SLICE_SAMPLES):
                samples.append(self._chip.adc_counts())  # noqa: PERF401 see SLICE_SAMPLES
            await asyncio.sleep(0)
        return samples

    def _plausible(self, counts: float) -> float:
        celsius = calibrated(counts, self._settings)
        if not LOWEST_CELSIUS <= celsius <= HIGHEST_CELSIUS:
            raise SensorError("%.2f degrees Celsius cannot be" % celsius)
        return celsius

    def _refuse(self, problem: str) -> None:
        if not self._refusals:
            self._log.error("sensor_refused", reason=problem)
        self._problem = problem
        self._refusals += 1
        if self._refusals % REFUSALS_BEFORE_SETUP == 0:
            self._is_set_up = False

    def _trust(self, celsius: float) -> None:
        if self._problem:
            self._log.info("sensor_trusted", celsius=two_decimals(celsius))
        self._celsius = celsius
        self._taken_at_ms = self._chip.uptime_ms()
        self._problem = ""
        self._refusals = 0
