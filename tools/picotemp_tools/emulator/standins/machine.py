"""In: the world around the chip. Out: what MicroPython's machine offers on a Pico W."""

from .memory import Memory as _Memory
from .tether import Tether as _Tether
from .tether import builtin as _builtin

_time = _builtin("time")
_random = _builtin("random")

PWRON_RESET = 1
WDT_RESET = 3

_LONGEST_WATCHDOG_MS = 8388
_HANG_POLL_SECONDS = 0.02
_SETUP_POLL_SECONDS = 0.001

mem32 = _Memory()
_tether: _Tether
_adc_setups = 0


def _plug(tether: _Tether) -> None:
    """Connect the chip to its emulator (not part of the board's machine)."""
    global _tether  # noqa: PLW0603 a module is the only place a chip can live in
    _tether = tether
    mem32._plug(tether)  # noqa: SLF001


def unique_id() -> bytes:
    """Give the number of the chip."""
    return _tether.data("unique_id")


def reset_cause() -> int:
    """Give why the chip started: power, or watchdog (reset() is one too)."""
    return _tether.whole("reset_cause")


def reset() -> None:
    """Restart the chip; nothing after it runs."""
    _tether.tell("reset")
    while True:
        _time.sleep(1)
        _tether.whole("is_hung")  # so that it ends with its emulator


def freq() -> int:
    """Give the processor's clock in Hz."""
    return 125_000_000


class ADC:
    """The converter; channel 4 is the diode on the die."""

    CORE_TEMP = 4

    def __init__(self, id: int) -> None:
        global _adc_setups  # noqa: PLW0603 there is one converter
        if id != self.CORE_TEMP:
            raise ValueError("Pin doesn't have ADC capabilities")
        _adc_setups += 1
        _tether.tell("adc", _adc_setups)
        # The first sample afterwards is one with the diode's bias on.
        while _tether.whole("adc_setups") < _adc_setups:
            _time.sleep(_SETUP_POLL_SECONDS)

    def read_u16(self) -> int:
        """Take a sample: 12 bits, stretched to 16 as the chip does."""
        while _tether.whole("is_hung"):
            _time.sleep(_HANG_POLL_SECONDS)
        if _tether.whole("adc_fails"):
            raise OSError(5)
        code = int(_tether.number("code") + _noise(_tether.number("noise_codes")) + 0.5)
        code = min(max(code, 0), 4095)
        return code << 4 | code >> 8


class Pin:
    """A pin, the LED among them."""

    IN = 0
    OUT = 1

    def __init__(
        self, id: object, mode: int = -1, pull: int = -1, *, value: object = None
    ) -> None:
        self._id = id
        self._level = 0
        if value is not None:
            self.value(value)

    def value(self, *x: object) -> int | None:
        """Give the level, or set it."""
        if not x:
            return self._level
        self._level = 1 if x[0] else 0
        _tether.tell("pin", str(self._id), self._level)
        return None

    def on(self) -> None:
        """Set it high."""
        self.value(1)

    def off(self) -> None:
        """Set it low."""
        self.value(0)

    def toggle(self) -> None:
        """Change it."""
        self.value(1 - self._level)


class WDT:
    """The watchdog: once armed, only a reset or its register disarms it."""

    def __init__(self, *, id: int = 0, timeout: int = 5000) -> None:
        if not 1 <= timeout <= _LONGEST_WATCHDOG_MS:
            raise ValueError("timeout exceeds 8388")
        _tether.tell("watchdog", timeout)
        mem32._watchdog_on()  # noqa: SLF001

    def feed(self) -> None:
        """Put the end off."""
        _tether.tell("feed")


def _noise(codes: float) -> float:
    # Three uniform numbers are near enough to a bell curve.
    spread = _random.random() + _random.random() + _random.random() - 1.5
    return float(2 * codes * spread)
