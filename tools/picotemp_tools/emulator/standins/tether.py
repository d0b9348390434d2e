"""In: lines of JSON from the emulator. Out: what the world around the chip is like.

The other way go events: what the program does to the chip.
"""

import json
import select
import sys
import time


class Tether:
    """The chip's end of the socket that ties it to its emulator."""

    def __init__(self, descriptor: int) -> None:
        self._file = open(descriptor, "r+b")  # noqa: SIM115 open as long as the chip
        self._poller = select.poll()
        self._poller.register(self._file, select.POLLIN)
        # Filled by the emulator before the program starts.
        self._world: dict[str, object] = json.loads(self._file.readline())

    def whole(self, name: str) -> int:
        """Give a whole number of the world."""
        return int(self._world_now()[name])  # type: ignore[call-overload, no-any-return]

    def number(self, name: str) -> float:
        """Give a number of the world."""
        return float(self._world_now()[name])  # type: ignore[arg-type]

    def text(self, name: str) -> str:
        """Give a text of the world."""
        return str(self._world_now()[name])

    def data(self, name: str) -> bytes:
        """Give bytes of the world."""
        return bytes(self._world_now()[name])  # type: ignore[call-overload, no-any-return]

    def wholes(self, name: str) -> list[int]:
        """Give whole numbers of the world."""
        return list(self._world_now()[name])  # type: ignore[call-overload, no-any-return]

    def tell(self, *event: object) -> None:
        """Tell the emulator what the program did."""
        self._file.write(json.dumps(event).encode() + b"\n")

    def halt(self, *event: object) -> None:
        """Tell what ends the chip; nothing after it runs."""
        self.tell(*event)
        while True:
            try:
                time.sleep(1)
                self._world_now()  # so that it ends with its emulator
            except KeyboardInterrupt:
                pass  # nobody is there to be interrupted

    def _world_now(self) -> dict[str, object]:
        while self._poller.poll(0):
            line = self._file.readline()
            if not line:
                # The emulator is gone: so is the chip.
                sys.exit()
            self._world = json.loads(line)
        return self._world


def builtin(name: str):  # type: ignore[no-untyped-def]
    """Import a module of the interpreter that a stand-in is about to cover."""
    return __import__(name)
