"""In: a temperature (board), a decoded answer (host). Out: the contract of GET /.

The one file that both sides import; no I/O.
"""

from collections import namedtuple

LOWEST_CELSIUS = -40.0
HIGHEST_CELSIUS = 125.0
CELSIUS_KEY = "tempC"
FAHRENHEIT_KEY = "tempF"
# Both values are rounded to two decimals by the board; older senders to one.
GREATEST_DISAGREEMENT_FAHRENHEIT = 0.2

Reading = namedtuple("Reading", ("celsius", "fahrenheit"))


class PayloadError(ValueError):
    """An answer that is not a reading; its text says which rule it breaks."""


def fahrenheit(celsius: float) -> float:
    """Convert °C to °F."""
    return celsius * 1.8 + 32


def build(celsius: float) -> str:
    """Give the JSON body for a temperature in °C: two keys, two decimals each.

    Raises PayloadError for what is not finite: JSON has no name for it.
    """
    if not -1e9 < celsius < 1e9:
        raise PayloadError("a temperature that is not finite")
    return '{"%s": %s, "%s": %s}' % (
        CELSIUS_KEY,
        two_decimals(celsius),
        FAHRENHEIT_KEY,
        two_decimals(fahrenheit(celsius)),
    )


def two_decimals(value: float) -> str:
    """Write a number with two decimals, and never a minus zero.

    In whole hundredths: the digits of the chip's 32-bit '%.2f' differ from version
    to version of MicroPython.
    """
    hundredths = round(value * 100)
    sign = "-" if hundredths < 0 else ""
    whole, rest = divmod(abs(hundredths), 100)
    return "%s%d.%02d" % (sign, whole, rest)


def parse(answer: object) -> Reading:
    """Give the Reading of a decoded JSON answer; further keys are ignored.

    Raises PayloadError for anything but two finite numbers in range that agree.
    """
    if not isinstance(answer, dict):
        raise PayloadError("the answer is not a JSON object")
    celsius = _number(answer, CELSIUS_KEY)
    shown_fahrenheit = _number(answer, FAHRENHEIT_KEY)
    if not LOWEST_CELSIUS <= celsius <= HIGHEST_CELSIUS:
        raise PayloadError("%s is outside -40 to 125: %r" % (CELSIUS_KEY, celsius))
    disagreement = abs(shown_fahrenheit - fahrenheit(celsius))
    # Written so that NaN fails it; the small term forgives binary rounding.
    if not disagreement <= GREATEST_DISAGREEMENT_FAHRENHEIT + 1e-9:
        raise PayloadError(
            "%s and %s disagree: %r, %r"
            % (CELSIUS_KEY, FAHRENHEIT_KEY, celsius, shown_fahrenheit)
        )
    return Reading(celsius, shown_fahrenheit)


def _number(answer: dict[str, object], key: str) -> float:
    if key not in answer:
        raise PayloadError("the key %s is missing" % key)
    value = answer[key]
    is_number = isinstance(value, (int, float)) and not isinstance(value, bool)
    if not is_number or not -1e9 < value < 1e9:  # type: ignore[operator]
        raise PayloadError("%s is not a number in reason" % key)
    return float(value)  # type: ignore[arg-type]
