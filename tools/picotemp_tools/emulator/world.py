"""In: the state of the world around a chip. Out: lines on its tether; events back."""

import asyncio
import contextlib
import json
import socket
from collections.abc import Callable
from dataclasses import asdict, dataclass


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


class Tether:
    """The emulator's end of the socket that ties a chip to it."""

    def __init__(self, heard: Callable[[list[object]], None]) -> None:
        self._ours, self.theirs = socket.socketpair()
        self._ours.setblocking(False)
        self._heard = heard
        self._rest = b""
        self._last = b""
        asyncio.get_running_loop().add_reader(self._ours, self._read)

    def show(self, world: World) -> None:
        """Send the state, if it has changed."""
        line = json.dumps(asdict(world)).encode() + b"\n"
        if line != self._last:
            # A chip that has hung reads nothing; the newest state comes later then.
            with contextlib.suppress(OSError):
                self._ours.send(line)
                self._last = line

    def close(self) -> None:
        """Cut it: the chip's process ends by itself if it still runs."""
        asyncio.get_running_loop().remove_reader(self._ours)
        self._ours.close()
        self.theirs.close()

    def _read(self) -> None:
        with contextlib.suppress(OSError):
            self._rest += self._ours.recv(65536)
        *lines, self._rest = self._rest.split(b"\n")
        for line in lines:
            self._heard(json.loads(line))
