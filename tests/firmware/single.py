"""In: numbers. Out: the same as the chip has them, every result rounded to 32 bits.

The interpreter under test has 64 bits. One operation in 64 bits, then rounded to 32,
is the 32-bit operation: the wider result holds more than twice the digits.
"""

import struct
from collections.abc import Callable

ULP_BITS = struct.Struct("<I")
SINGLE = struct.Struct("<f")


def rounded(value: float) -> float:
    """Give the 32-bit float that is nearest."""
    return float(SINGLE.unpack(SINGLE.pack(value))[0])


def _rounding(operation: Callable[[float, float], float]) -> Callable[..., "Single"]:
    def operate(self: float, other: float) -> "Single":
        return Single(operation(rounded(self), rounded(other)))

    return operate


class Single(float):
    """A float of the chip; what meets it becomes one too, as literals do there."""

    def __new__(cls, value: float) -> "Single":
        return super().__new__(cls, rounded(value))

    __add__ = __radd__ = _rounding(lambda a, b: a + b)
    __mul__ = __rmul__ = _rounding(lambda a, b: a * b)
    __sub__ = _rounding(lambda a, b: a - b)
    __rsub__ = _rounding(lambda a, b: b - a)
    __truediv__ = _rounding(lambda a, b: a / b)
    __rtruediv__ = _rounding(lambda a, b: b / a)

    def __round__(self, digits: int | None = None):  # type: ignore[no-untyped-def,override]
        # MicroPython, py/modbuiltins.c: nearbyint(value * mult) / mult, each rounded.
        if digits is None:
            return round(float(self))
        mult = Single(10**digits)
        return Single(round(float(self * mult))) / mult

    def neighbour(self, steps: int) -> "Single":
        """Give the 32-bit float so many steps farther from zero."""
        bits = ULP_BITS.unpack(SINGLE.pack(self))[0]
        return Single(SINGLE.unpack(ULP_BITS.pack(bits + steps))[0])


class Count(int):
    """A whole number of the chip: exact, but its quotient is a float there."""

    def __add__(self, other: int) -> "Count":
        return Count(int(self) + int(other))

    __radd__ = __add__

    def __truediv__(self, other: float) -> Single:
        return Single(self) / other
