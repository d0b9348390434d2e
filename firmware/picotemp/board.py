"""In: the chip and MicroPython. Out: a Board, the only thing the rest ever sees.

With sockets.py the only one with names that CPython lacks; no policy lives here.
"""

import gc
import io
import random
import select
import sys
import time

import machine  # type: ignore[import-not-found]
import network  # type: ignore[import-not-found]

from .chip import Chip, Datagrams, Listener
from .sockets import BoardDatagrams, BoardListener

# What WLAN.PM_NONE stands for; MicroPython before 1.22 lacks the name.
_NO_POWER_SAVING = 0xA11140

# While modules are loaded, what stays must not lie scattered among garbage.
_LOADING_BYTES = 8192

# Watchdog registers: RP2040 datasheet, section 4.7.6; RP2350 datasheet, 12.9.7.
_WATCHDOG_OF_RP2040 = 0x40058000
_WATCHDOG_OF_RP2350 = 0x400D8000
_ENABLED = 1 << 30
_SCRATCH_OFFSET = 0x0C


class Board(Chip):
    """A Raspberry Pi Pico W or Pico 2 W."""

    def __init__(self) -> None:
        gc.threshold(_LOADING_BYTES)  # type: ignore[attr-defined]
        self._heap_free_bytes = 0
        self._led: machine.Pin | None = None
        self._wlan = network.WLAN(network.STA_IF)
        self._registers = _watchdog_registers()
        self._ticks_ms = time.ticks_ms()  # type: ignore[attr-defined]
        self._uptime_ms = 0
        self._console = select.poll()
        self._console.register(sys.stdout, select.POLLOUT)
        random.seed(int.from_bytes(machine.unique_id(), "big"))

    def id(self) -> str:
        """Give the chip's unique number in hexadecimal."""
        return "".join("%02x" % byte for byte in machine.unique_id())

    def micropython(self) -> str:
        """Give the interpreter's version."""
        return ".".join([str(part) for part in sys.implementation.version[:3]])

    def uptime_ms(self) -> int:
        """Give the milliseconds since the start; the chip's own wrap after 12 days."""
        ticks_ms = time.ticks_ms()  # type: ignore[attr-defined]
        self._uptime_ms += time.ticks_diff(ticks_ms, self._ticks_ms)  # type: ignore[attr-defined]
        self._ticks_ms = ticks_ms
        return self._uptime_ms

    def collect_garbage(self) -> None:
        """Free what nobody uses, and see how much is free."""
        gc.collect()
        # Here, once: it walks the whole heap.
        self._heap_free_bytes = int(gc.mem_free())  # type: ignore[attr-defined]
        # Seldom enough to cost little, and what stays still lies close together.
        gc.threshold(self._heap_free_bytes // 2)  # type: ignore[attr-defined]

    def heap_free_bytes(self) -> int:
        """Give the memory that was free after the last collection."""
        return self._heap_free_bytes

    def traceback(self, error: BaseException) -> str:
        """Give the traceback as the serial port would show it."""
        text = io.StringIO()
        sys.print_exception(error, text)  # type: ignore[attr-defined]
        return text.getvalue()

    def say(self, text: str) -> None:
        """Print, unless a host that does not read would keep the loop for it."""
        if self._console.poll(0):
            print(text)

    def was_reset(self) -> bool:
        """Tell whether the watchdog or a reset() started the chip; else power did."""
        return bool(machine.reset_cause() == machine.WDT_RESET)

    def scratch(self, number: int) -> int:
        """Give a register that outlives resets; the chip's own start uses 4 to 7."""
        return int(machine.mem32[self._registers + _SCRATCH_OFFSET + 4 * number])

    def set_scratch(self, number: int, value: int) -> None:
        """Set such a register."""
        machine.mem32[self._registers + _SCRATCH_OFFSET + 4 * number] = value

    def reset(self) -> None:
        """Restart the chip; nothing after it runs."""
        machine.reset()

    def watchdog_on(self, timeout_ms: int) -> None:
        """Arm the watchdog."""
        self._watchdog = machine.WDT(timeout=timeout_ms)

    def watchdog_feed(self) -> None:
        """Put the end off."""
        self._watchdog.feed()

    def watchdog_off(self) -> None:
        """Disarm it by its register: MicroPython has no call for that."""
        machine.mem32[self._registers] = machine.mem32[self._registers] & ~_ENABLED

    def adc_setup(self) -> None:
        """Set the converter up (anew): only the constructor switches the bias on."""
        self._adc = machine.ADC(machine.ADC.CORE_TEMP)

    def adc_counts(self) -> int:
        """Take one sample of the temperature diode, 0 to 65535."""
        return int(self._adc.read_u16())

    def led(self, is_on: bool) -> None:
        """Switch the LED."""
        # Not made before: the pin is the radio's, which wakes at the first touch.
        if not self._led:
            self._led = machine.Pin("LED", machine.Pin.OUT)
        self._led.value(1 if is_on else 0)

    def radio_on(self, country: str, hostname: str) -> None:
        """Switch the radio on; the order is the driver's law."""
        network.country(country)
        network.hostname(hostname)
        self._wlan.active(True)
        self._wlan.config(pm=_NO_POWER_SAVING)
        # The supply's regulator hangs on the radio chip: its PWM mode ripples less,
        # and the converter measures against the supply.
        pwm = machine.Pin("WL_GPIO1", machine.Pin.OUT)
        # The pin remembers its level beyond the radio's power: say it anew.
        pwm.value(0)
        pwm.value(1)

    def radio_off(self) -> None:
        """Take the radio's power: active(False) alone does nothing to a station."""
        self._wlan.active(False)
        self._wlan.deinit()

    def set_addresses(self, addresses: tuple[str, str, str, str]) -> None:
        """Take address, netmask, gateway and name server instead of asking DHCP."""
        self._wlan.ifconfig(addresses)

    def join(self, ssid: str, password: str) -> None:
        """Begin to join; an empty password means an open network."""
        self._wlan.connect(ssid, password or None)

    def leave(self) -> None:
        """Leave the network, or stop joining."""
        self._wlan.disconnect()

    def link_status(self) -> int:
        """Give the driver's status."""
        return int(self._wlan.status())

    def addresses(self) -> tuple[str, str, str, str]:
        """Give address, netmask, gateway and name server."""
        address, netmask, gateway, name_server = self._wlan.ifconfig()
        return address, netmask, gateway, name_server

    def rssi_dbm(self) -> int:
        """Give the signal's strength."""
        return int(self._wlan.status("rssi"))

    def jitter(self) -> float:
        """Give 0 to 1; the seed is the board's own."""
        return random.random()  # noqa: S311 not for secrets

    def listen(self, port: int, backlog: int) -> Listener:
        """Listen on all addresses."""
        return BoardListener(port, backlog)

    def datagrams(self) -> Datagrams:
        """Open a UDP socket."""
        return BoardDatagrams()


def _watchdog_registers() -> int:
    is_rp2350 = "RP2350" in sys.implementation._machine  # noqa: SLF001
    return _WATCHDOG_OF_RP2350 if is_rp2350 else _WATCHDOG_OF_RP2040
