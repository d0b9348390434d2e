"""In: a code of the converter. Out: the answer it must give, in exact numbers."""

from fractions import Fraction

from .fake_chip import to_counts


def shown(code: int) -> dict[str, object]:
    """Give the answer for a code by the data sheet's formula."""
    volts = Fraction(to_counts(code)) * Fraction("3.3") / 65535
    celsius = 27 - (volts - Fraction("0.706")) / Fraction("0.001721")
    both = (celsius, celsius * 9 / 5 + 32)
    return dict(
        zip(("tempC", "tempF"), (round(float(t), 2) for t in both), strict=True)
    )
