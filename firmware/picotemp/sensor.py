"""In: 16-bit ADC counts. Out: one temperature in °C, or why there is none.

Formula: RP2040 datasheet, section 4.9.5 (the same for RP2350): the diode's voltage
is 0.706 V at 27 °C and falls by 1.721 mV a degree.
"""

import asyncio

from .chip import Chip
from .log import Log
from .payload import HIGHEST_CELSIUS, LOWEST_CELSIUS
from .settings import Settings
from .supervision import Job

FULL_SCALE_COUNTS = 65535
VOLTS_AT_27_CELSIUS = 0.706
VOLTS_PER_DEGREE = 0.001721

SAMPLES = 64
# Dropped at each end before the mean: a spike on the supply must not move it.
TRIMMED_SAMPLES = 8
# Between slices the loop turns, so that sampling never holds up an answer.
SLICE_SAMPLES = 8
INTERVAL_SECONDS = 1
FRESH_MS = 5000


class SensorError(Exception):
    """There is no temperature that can be trusted; its text says why."""


def convert(counts: float, vref_volts: float) -> float:
    """Convert ADC counts to °C."""
    volts = counts * vref_volts / FULL_SCALE_COUNTS
    return 27 - (volts - VOLTS_AT_27_CELSIUS) / VOLTS_PER_DEGREE


class Sensor(Job):
    """Samples for as long as it runs; the newest temperature is celsius()."""

    name = "sensor"

    def __init__(self, chip: Chip, settings: Settings, log: Log) -> None:
        self._chip = chip
        self._settings = settings
        self._log = log
        self._celsius = 0.0
        self._taken_at_ms = 0
        self._problem = "the sensor has not been read yet"

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
        while True:
            await self.sample()
            await asyncio.sleep(INTERVAL_SECONDS)

    async def sample(self) -> None:
        """Take one reading and keep it, or keep why it is refused."""
        try:
            counts = await self._counts()
            celsius = self._calibrated(counts)
        except SensorError as error:
            self._note(str(error))
        except OSError as error:
            self._note("the ADC failed: %s" % error)
        else:
            self._celsius = celsius
            self._taken_at_ms = self._chip.uptime_ms()
            self._note("")

    async def _counts(self) -> float:
        samples: list[int] = []
        while len(samples) < SAMPLES:
            for _ in range(SLICE_SAMPLES):
                samples.append(self._chip.adc_counts())  # noqa: PERF401 see SLICE_SAMPLES
            await asyncio.sleep(0)
        samples.sort()
        kept = samples[TRIMMED_SAMPLES:-TRIMMED_SAMPLES]
        # Whole numbers up to the division: exact in the chip's 32-bit floats too.
        return sum(kept) / len(kept)

    def _calibrated(self, counts: float) -> float:
        if counts in (0, FULL_SCALE_COUNTS):
            raise SensorError("the ADC is stuck at %d" % counts)
        settings = self._settings
        celsius = convert(counts, settings.vref_volts)
        celsius = celsius * settings.gain + settings.offset_celsius
        if not LOWEST_CELSIUS <= celsius <= HIGHEST_CELSIUS:
            raise SensorError("%.2f degrees Celsius cannot be" % celsius)
        return celsius

    def _note(self, problem: str) -> None:
        was = self._problem
        self._problem = problem
        if problem and problem != was:
            self._log.error("sensor_refused", reason=problem)
        if was and not problem:
            self._log.info("sensor_trusted", celsius="%.2f" % self._celsius)
