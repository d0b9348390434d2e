"""In: nothing. Out: of MicroPython's machine what the firmware uses, at 27.04 °C."""

PWRON_RESET = 1
WDT_RESET = 3


class _Registers:
    """By address; those of a chip that has just got power are 0."""

    def __init__(self) -> None:
        self._values: dict[int, int] = {}

    def __getitem__(self, address: int) -> int:
        return self._values.get(address, 0)

    def __setitem__(self, address: int, value: int) -> None:
        self._values[address] = value


mem32 = _Registers()


def unique_id() -> bytes:
    """Give the number of the chip."""
    return b"\xe6\x61\x64\x08\x43\x25\x9f\x2d"


def reset_cause() -> int:
    """Give why the chip started: power."""
    return PWRON_RESET


def reset() -> None:
    """Restart the chip: here the program ends."""
    raise SystemExit("reset")


class ADC:
    """The converter."""

    CORE_TEMP = 4

    def __init__(self, id: int) -> None:
        pass

    def read_u16(self) -> int:
        """Take a sample: always code 876."""
        return 14019


class Pin:
    """A pin that leads nowhere."""

    OUT = 1

    def __init__(self, id: object, mode: int = -1) -> None:
        pass

    def value(self, *x: object) -> None:
        """Set it."""


class WDT:
    """A watchdog that never bites."""

    def __init__(self, *, id: int = 0, timeout: int = 5000) -> None:
        pass

    def feed(self) -> None:
        """Put the end off."""
