"""In: the chip and MicroPython. Out: a Board, the only thing the rest ever sees.

The one file with names that CPython lacks; no policy lives here.
"""

import asyncio
import gc
import random
import socket
import sys
import time

import machine  # type: ignore[import-not-found]
import network  # type: ignore[import-not-found]

from .chip import Chip, Connection, Listener

# What WLAN.PM_NONE stands for; MicroPython before 1.22 lacks the name.
_NO_POWER_SAVING = 0xA11140
# machine.reset() goes through the watchdog too: the chip cannot tell them apart.
_RESET_CAUSES = {1: "power_on", 3: "watchdog_or_reset"}
# A collection then costs a few ms often instead of many ms seldom.
_GC_THRESHOLD_BYTES = 16384
ACCEPT_PAUSE_SECONDS = 0.05


class Board(Chip):
    """A Raspberry Pi Pico W or Pico 2 W."""

    def __init__(self) -> None:
        gc.threshold(_GC_THRESHOLD_BYTES)  # type: ignore[attr-defined]
        self._adc = machine.ADC(machine.ADC.CORE_TEMP)
        self._led = machine.Pin("LED", machine.Pin.OUT)
        self._wlan = network.WLAN(network.STA_IF)
        self._ticks_ms = _ticks_ms()
        self._uptime_ms = 0
        random.seed(int.from_bytes(machine.unique_id(), "big"))

    def id(self) -> str:
        """Give the chip's unique number in hexadecimal."""
        return "".join("%02x" % byte for byte in machine.unique_id())

    def micropython(self) -> str:
        """Give the interpreter's version."""
        return ".".join([str(part) for part in sys.implementation.version[:3]])

    def reset_cause(self) -> str:
        """Give why the chip started last: power_on or watchdog_or_reset."""
        cause = machine.reset_cause()
        return _RESET_CAUSES.get(cause, str(cause))

    def uptime_ms(self) -> int:
        """Give the milliseconds since the start; the chip's own wrap after 12 days."""
        ticks_ms = _ticks_ms()
        self._uptime_ms += time.ticks_diff(ticks_ms, self._ticks_ms)  # type: ignore[attr-defined]
        self._ticks_ms = ticks_ms
        return self._uptime_ms

    def heap_free_bytes(self) -> int:
        """Give the free memory as it is, garbage not counted as free."""
        return int(gc.mem_free())  # type: ignore[attr-defined]

    def print_exception(self, error: BaseException) -> None:
        """Print the traceback on the serial port."""
        sys.print_exception(error)  # type: ignore[attr-defined]

    def adc_counts(self) -> int:
        """Take one sample of the temperature diode, 0 to 65535."""
        return int(self._adc.read_u16())

    def led(self, is_on: bool) -> None:
        """Switch the LED."""
        self._led.value(1 if is_on else 0)

    def radio_on(self, country: str, hostname: str) -> None:
        """Switch the radio on; the order is the driver's law."""
        network.country(country)
        network.hostname(hostname)
        self._wlan.active(True)
        self._wlan.config(pm=_NO_POWER_SAVING)

    def join(self, ssid: str, password: str) -> None:
        """Begin to join; an empty password means an open network."""
        self._wlan.connect(ssid, password or None)

    def leave(self) -> None:
        """Leave the network, or stop joining."""
        self._wlan.disconnect()

    def link_status(self) -> int:
        """Give the driver's status."""
        return int(self._wlan.status())

    def address(self) -> str:
        """Give the IPv4 address."""
        return str(self._wlan.ifconfig()[0])

    def rssi_dbm(self) -> int:
        """Give the signal's strength."""
        return int(self._wlan.status("rssi"))

    def jitter(self) -> float:
        """Give 0 to 1; the seed is the board's own."""
        return random.random()  # noqa: S311 not for secrets

    def listen(self, port: int, backlog: int) -> Listener:
        """Listen on all addresses."""
        return _BoardListener(port, backlog)


class _BoardListener(Listener):
    def __init__(self, port: int, backlog: int) -> None:
        listening = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listening.bind(socket.getaddrinfo("0.0.0.0", port)[0][-1])  # noqa: S104
        listening.listen(backlog)
        listening.setblocking(False)
        self._listening = listening

    async def accept(self) -> Connection:
        while True:
            await _readable(self._listening)  # type: ignore[no-untyped-call]
            try:
                accepted, _ = self._listening.accept()
                break
            except OSError:
                # The client reset before it was accepted; the next one waits. The
                # pause lets the others work, should the listener itself be broken.
                await asyncio.sleep(ACCEPT_PAUSE_SECONDS)
        accepted.setblocking(False)
        stream = asyncio.StreamReader(accepted)  # type: ignore[arg-type]
        return Connection(stream, stream)  # type: ignore[arg-type]

    def close(self) -> None:
        self._listening.close()


def _readable(listening):  # type: ignore[no-untyped-def]
    # MicroPython's asyncio has no public way to wait for a socket.
    yield asyncio.core._io_queue.queue_read(listening)  # type: ignore[attr-defined]  # noqa: SLF001


def _ticks_ms() -> int:
    return int(time.ticks_ms())  # type: ignore[attr-defined]
