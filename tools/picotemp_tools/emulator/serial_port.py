"""In: a board with a USB cable. Out: a serial port as mpremote knows it.

The interpreter brings MicroPython's own REPLs; around it stands here what a chip does
when its interpreter ends: a soft reset starts it anew in the REPL that was left.
"""

import asyncio
import re
import sys
from collections.abc import Callable
from pathlib import Path

from ..errors import ToolError
from .console import CTRL_C, Console
from .flash_image import FlashImage
from .lines import Lines
from .terminal import Terminal
from .world import World

CTRL_A = b"\x01"
RAW_BANNER = b"raw REPL; CTRL-B to exit\r\n"
FRIENDLY_BANNER = b'Type "help()" for more information.\r\n'
PROMPT = b">>> "
NAME = b"MicroPython "
BEGUN_BANNER = re.compile(rb"(^|\n)MicroPython [^\n]{,100}$")
# A program that prints the like is not kept waiting longer.
BANNER_SECONDS = 0.05
LONGEST_BANNER_BYTES = 40
MOST_TYPED_BYTES = 65_536
SOFT_REBOOT = b"MPY: soft reboot\r\n"
# The interpreter's own banner names the host.
HOST = re.compile(rb"; linux[^\r\n]* version\r\n")
BOARD = b"; Raspberry Pi Pico W with RP2040\r\n"


class SerialPort:
    """A board's USB port, and the flash it leads to; `link` is a second name of it.

    It stays while the board resets, so that its path does. One that `vanishes` goes
    with every reset and the power, and comes back under its link, as a real one does.
    """

    def __init__(
        self,
        flash: FlashImage | None = None,
        link: Path | None = None,
        *,
        vanishes: bool = False,
    ) -> None:
        self.flash = flash or FlashImage()
        self._link = link
        self._vanishes = vanishes
        self._terminal = Terminal(self._from_host, self._host_has_read)
        self._console: Console | None = None
        # Which REPL; it outlives a soft reset.
        self._is_raw = False
        self._runs_main = True
        self._is_off = False
        # What the host types before the program has begun waits.
        self._begun = asyncio.Event()
        self._typed = bytearray()
        # What comes before the raw REPL that a soft reset leads back to; else None.
        self._hushed: bytearray | None = None
        self._tail = b""
        # A banner comes in pieces, and is changed as a whole.
        self._held = bytearray()
        self._release: asyncio.TimerHandle | None = None
        self._lines = Lines(lambda _: None)
        # What the chip tells of itself.
        self.events: dict[str, Callable[..., None]] = {"begun": self.begun}

    @property
    def path(self) -> str:
        """Give what mpremote connects to; empty while there is none."""
        return self._terminal.path

    @property
    def name(self) -> str:
        """Give the name a person chose, else the path."""
        return str(self._link or self.path)

    def open(
        self, folder: Path, files: Path | None, settings: dict[str, object]
    ) -> None:
        """Fill the flash, plug the cable in; raise ToolError where that cannot be."""
        if sys.platform != "linux":
            raise ToolError("emulated serial ports need Linux; run without --serial")
        self.flash.fill(folder, files, settings)
        self._appear()

    def close(self) -> None:
        """Pull it."""
        self._terminal.close()

    def begin(self, world: World, told: Callable[[str], None]) -> Console:
        """Give a new chip its flash and its streams; told gets what it prints."""
        self.flash.show(world)
        world.runs_main = int(self._runs_main and not self._is_raw)
        self._lines = Lines(told)
        self._console = Console(self._from_chip)
        self._is_off = False
        self._hushed = bytearray() if self._is_raw else None
        return self._console

    def begun(self) -> None:
        """Let the chip have what was typed before: its program runs."""
        self._begun.set()
        if not self._terminal.path:
            self._appear()
        self._type_what_waited()

    async def wait_until_begun(self) -> None:
        """Wait until a chip's program begins, or its REPL where there is none."""
        await self._begun.wait()

    def ended(self, fate: str) -> None:
        """Do what the chip does when its interpreter has ended so."""
        is_lost = bool(self._console and self._console.is_lost)
        self._console = None
        self._forget_release()
        self._hand_on()
        self._begun.clear()
        self._lines.end()
        self._runs_main = fate != "exit" or not is_lost
        self._is_off = fate == "power"
        if fate != "exit":
            self._is_raw = False
            if self._vanishes:
                self._terminal.close()
        elif not is_lost:
            self._terminal.write(SOFT_REBOOT)

    def _appear(self) -> None:
        try:
            self._terminal.open(self._link)
        except OSError as error:
            raise ToolError(f"no serial port can be had: {error}") from error

    def _from_host(self, data: bytes) -> None:
        if self._is_off:
            return
        if self._console and self._begun.is_set() and self._hushed is not None:
            # A boot.py that never ends is interrupted, whatever waits.
            self._console.type(CTRL_C * (CTRL_C in data))
            data = data.replace(CTRL_C, b"")
        self._typed += data[: MOST_TYPED_BYTES - len(self._typed)]
        self._type_what_waited()

    def _type_what_waited(self) -> None:
        if self._console and self._begun.is_set() and self._hushed is None:
            typed = bytes(self._typed)
            self._typed.clear()
            self._console.type(typed)

    def _from_chip(self, data: bytes) -> None:
        if self._hushed is not None:
            self._hushed += data
            self._lead_to_raw_repl(self._hushed)
            return
        self._held += data
        self._forget_release()
        if BEGUN_BANNER.search(self._held):
            loop = asyncio.get_running_loop()
            self._release = loop.call_later(BANNER_SECONDS, self._hand_on)
        else:
            self._hand_on()

    def _hand_on(self) -> None:
        data = HOST.sub(BOARD, bytes(self._held))
        self._held.clear()
        self._notice_repl(data)
        self._to_host(data)

    def _forget_release(self) -> None:
        if self._release:
            self._release.cancel()
            self._release = None

    def _to_host(self, data: bytes) -> None:
        self._lines.take(data)
        self._terminal.write(data)
        if self._console and self._terminal.is_full:
            self._console.is_paused = True

    def _lead_to_raw_repl(self, hushed: bytearray) -> None:
        if RAW_BANNER in hushed:
            self._hushed = None
            self._from_chip(bytes(hushed[hushed.index(RAW_BANNER) :]))
            self._type_what_waited()
        elif self._console and FRIENDLY_BANNER in hushed and hushed.endswith(PROMPT):
            self._to_host(bytes(hushed[: hushed.rindex(NAME)]))
            hushed.clear()
            self._console.type(CTRL_A)

    def _notice_repl(self, data: bytes) -> None:
        self._tail = (self._tail + data)[-len(data) - LONGEST_BANNER_BYTES :]
        raw, friendly = self._tail.rfind(RAW_BANNER), self._tail.rfind(FRIENDLY_BANNER)
        if raw != friendly:
            self._is_raw = raw > friendly

    def _host_has_read(self) -> None:
        if self._console:
            self._console.is_paused = False
