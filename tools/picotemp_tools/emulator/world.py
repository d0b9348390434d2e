"""In: the state of the world around a chip. Out: lines on its tether; events back."""

import asyncio
import contextlib
import json
import socket
from collections.abc import Callable
from dataclasses import asdict, dataclass, field

SCRATCH_REGISTERS = 8


@dataclass
class World:
    """What the stand-ins may ask for; the names are theirs."""

    flash: str
    sockets: str
    unique_id: list[int]
    mac: list[int]
    addresses: str
    reset_cause: int = 1
    first_ticks_ms: int = 0
    is_hung: int = 0
    adc_fails: int = 0
    code: float = 876.0
    noise_codes: float = 0.0
    rssi_dbm: int = -52
    wifi_status: int = 0
    wifi_answered: int = 0
    # How often the present chip has set its converter up, as far as it was heard.
    adc_setups: int = 0
    is_watchdog_armed: int = 0
    # Of a board with a serial port (flash_image.py); cut_at_bytes below 0 is never.
    image: str = ""
    record: str = ""
    meter: str = ""
    cut_at_bytes: int = -1
    runs_main: int = 1
    # The watchdog's registers that outlive resets, but not power.
    scratch: list[int] = field(default_factory=lambda: [0] * SCRATCH_REGISTERS)


class Tether:
    """The emulator's end of the socket that ties a chip to it."""

    def __init__(self, heard: Callable[[list[object]], None]) -> None:
        self._ours, self.theirs = socket.socketpair()
        self._ours.setblocking(False)
        self._heard = heard
        self._rest = b""
        self._unsent = b""
        self._last = b""
        asyncio.get_running_loop().add_reader(self._ours, self._read)

    def show(self, world: World) -> None:
        """Send the state, if it has changed."""
        line = json.dumps(asdict(world)).encode() + b"\n"
        # A program that reads nothing lets the socket fill; the newest state comes
        # later then, and never half a line.
        with contextlib.suppress(OSError):
            self._send_rest()
            if line != self._last:
                self._unsent = self._last = line
                self._send_rest()

    def close(self) -> None:
        """Cut it: the chip's process ends by itself if it still runs."""
        asyncio.get_running_loop().remove_reader(self._ours)
        self._ours.close()
        self.theirs.close()

    def _send_rest(self) -> None:
        while self._unsent:
            self._unsent = self._unsent[self._ours.send(self._unsent) :]

    def _read(self) -> None:
        try:
            heard = self._ours.recv(65536)
        except BlockingIOError:
            return
        except OSError:
            heard = b""
        if not heard:
            # The chip's process has ended.
            asyncio.get_running_loop().remove_reader(self._ours)
        self._rest += heard
        *lines, self._rest = self._rest.split(b"\n")
        for line in lines:
            self._heard(json.loads(line))
