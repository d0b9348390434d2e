"""In: addresses. Out: the chip's memory, of which the watchdog's registers are there.

Their layout: RP2040 datasheet, section 4.7.6.
"""

from .tether import Tether as _Tether

_WATCHDOG = 0x40058000
_CTRL = _WATCHDOG
_ENABLE = 1 << 30
_SCRATCH0 = _WATCHDOG + 0x0C

_WORD_BYTES = 4
_WORD_MASK = 0xFFFFFFFF


class Memory:
    """Words of 32 bits; where there is no register they are 0 and stay so."""

    def _plug(self, tether: _Tether) -> None:
        """Connect it to the emulator, which keeps it over resets."""
        self._tether = tether
        # Copies: what was written is read back at once.
        self._scratch = tether.wholes("scratch")
        self._is_enabled = bool(tether.whole("is_watchdog_armed"))

    def _watchdog_on(self) -> None:
        """Let the register say so."""
        self._is_enabled = True

    def __getitem__(self, address: int) -> int:
        number = self._scratch_number(address)
        if number is not None:
            return self._scratch[number]
        return _ENABLE if address == _CTRL and self._is_enabled else 0

    def __setitem__(self, address: int, value: int) -> None:
        number = self._scratch_number(address)
        if number is not None:
            self._scratch[number] = value & _WORD_MASK
            self._tether.tell("scratch", number, self._scratch[number])
        elif address == _CTRL and bool(value & _ENABLE) != self._is_enabled:
            self._is_enabled = not self._is_enabled
            self._tether.tell("arm", self._is_enabled)

    def _scratch_number(self, address: int) -> int | None:
        if address % _WORD_BYTES:
            raise ValueError("address %08x is not aligned to 4 bytes" % address)
        number = (address - _SCRATCH0) // _WORD_BYTES
        return number if 0 <= number < len(self._scratch) else None
