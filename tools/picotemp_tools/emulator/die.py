"""In: time, and what a person pinned. Out: the code of the die's converter.

The curve: a room's day, the chip's own warmth after it starts, a slow wander.
"""

import math
from dataclasses import dataclass

HIGHEST_CODE = 4095
ADC_FAULTS = ("ok", "stuck", "fails", "unbiased")
VREF_VOLTS = 3.3
# The noise of a real converter on this channel, about one step.
NOISE_CODES = 1.2
# What is left of the diode's voltage without its bias: people saw 406 to 413 °C.
UNBIASED_CODE = 60

_ROOM_CELSIUS = 21.0
_DAY_SWING_CELSIUS = 2.5
_DAY_SECONDS = 86_400
_WARMEST_SECONDS = 15 * 3600
_SELF_HEATING_CELSIUS = 6.0
_SELF_HEATING_SECONDS = 240
_WANDER_CELSIUS = 0.3
_WANDER_SECONDS = 1_700


@dataclass
class Die:
    """What the converter sees: a curve, or what is pinned.

    ADC faults: "ok", "stuck" (at the upper rail), "fails" (every read raises),
    "unbiased" (the diode's bias is off until the program sets the converter up anew).
    """

    seed: int = 0
    celsius: float | None = None
    code: int | None = None
    adc: str = "ok"

    def change(
        self,
        celsius: float | None,
        code: int | None,
        adc: str | None,
        *,
        is_unpinned: bool,
    ) -> None:
        """Pin, unpin, break or mend; None leaves as it is; ValueError else."""
        if celsius is not None and not math.isfinite(celsius):
            raise ValueError(f"{celsius} °C is no temperature")
        if code is not None and not 0 <= code <= HIGHEST_CODE:
            raise ValueError(f"{code} is no code from 0 to {HIGHEST_CODE}")
        if adc is not None and adc not in ADC_FAULTS:
            raise ValueError(f"adc {adc} is none of {', '.join(ADC_FAULTS)}")
        if is_unpinned or celsius is not None:
            self.code = None
            self.celsius = celsius
        if code is not None:
            self.code = code
        if adc is not None:
            self.adc = adc

    def set_up(self) -> None:
        """Switch the bias on, as setting the converter up does."""
        if self.adc == "unbiased":
            self.adc = "ok"

    def exact_code(self, uptime_seconds: float, day_seconds: float) -> float:
        """Give the code before the converter rounds it."""
        if self.adc == "stuck":
            return HIGHEST_CODE
        if self.adc == "unbiased":
            return UNBIASED_CODE
        if self.code is not None:
            return self.code
        if self.celsius is not None:
            return to_code(self.celsius)
        return to_code(curve(uptime_seconds, day_seconds, self.seed))

    def noise_codes(self) -> float:
        """Give the noise's level: none where a code is asked for exactly."""
        if self.adc == "unbiased":
            return NOISE_CODES
        is_exact = self.code is not None or self.adc == "stuck"
        return 0.0 if is_exact else NOISE_CODES


def curve(uptime_seconds: float, day_seconds: float, seed: int) -> float:
    """Give the die's temperature in °C; boards with other seeds stand elsewhere."""
    day = math.cos(2 * math.pi * (day_seconds - _WARMEST_SECONDS) / _DAY_SECONDS)
    warmth = 1 - math.exp(-uptime_seconds / _SELF_HEATING_SECONDS)
    wander = math.sin(2 * math.pi * day_seconds / _WANDER_SECONDS + seed)
    return (
        _ROOM_CELSIUS
        + seed % 5
        + _DAY_SWING_CELSIUS * day
        + _SELF_HEATING_CELSIUS * warmth
        + _WANDER_CELSIUS * wander
    )


def to_code(celsius: float) -> float:
    """Convert °C to the 12-bit code (RP2040 datasheet, section 4.9.5), not rounded."""
    volts = 0.706 - (celsius - 27) * 0.001721
    return volts / VREF_VOLTS * HIGHEST_CODE


def to_counts(code: int) -> int:
    """Give what read_u16() makes of a code: its upper bits fill the lower ones."""
    return code << 4 | code >> 8
