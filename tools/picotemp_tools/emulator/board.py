"""In: a place on the loopback network. Out: an emulated Pico W that lives there."""

import asyncio
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Self, Unpack

from ..errors import ToolError
from . import flash
from .chip import Chip
from .life import Life
from .pins import Pins
from .place import Place, settings_of
from .serial import Serial
from .serial_port import SerialPort
from .surroundings import Change, Surroundings

HTTP_PORT = 80
TICK_SECONDS = 0.5
START_SECONDS = 20
# After these nothing is left of what outlives other resets.
FORGETFUL_FATES = ("power", "button")


class EmulatedBoard:
    """A Pico W, from the diode on its die to its radio.

    `async with EmulatedBoard(place) as board:` powers it on, waits until it serves
    and leaves nothing behind. `settings` are merged into working ones (a key set to
    None is left out; with none left there is no file); `files` is a folder as
    board_files.build() makes it; the watchdog's time is multiplied by
    `watchdog_scale`. With a `port` the flash is a file of blocks, else a folder.
    """

    def __init__(
        self,
        place: Place,
        settings: dict[str, object] | None = None,
        files: Path | None = None,
        heard: Callable[[str], None] | None = None,
        first_ticks_ms: int = 0,
        watchdog_scale: float = 1.0,
        port: SerialPort | None = None,
    ) -> None:
        self.place = place
        self.port = port
        self.serial = Serial(heard)
        pins = Pins()
        self.led, self.pins = pins.led, pins.levels
        self._folder = flash.unmade_folder()
        self.flash = self._folder / "flash"
        self._files = files
        self._settings = settings_of(place, settings or {})
        self._around = Surroundings(place, self.flash, first_ticks_ms, self._show)
        self._radio = self._around.radio
        self._life = Life(self._born, self._died, self._gone, watchdog_scale)
        self._chip: Chip | None = None
        self._tasks: list[asyncio.Task[None]] = []
        self._is_serving = asyncio.Event()
        self._events: dict[str, Callable[..., None]] = {
            **self._around.events,
            "listen": self._listens,
            "unlisten": self._listens_no_more,
            "pin": pins.change,
            "watchdog": self._life.arm,
            "arm": self._life.set_armed,
            "feed": self._life.feed,
            "reset": lambda fate="reset": self._life.end(fate),
            "power_gone": self.power_cut,
            **(port.events if port else {}),
        }

    async def __aenter__(self) -> Self:
        await self.start()
        try:
            await self.wait_until_serving()
        except BaseException:
            await self.stop()
            raise
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.stop()

    @property
    def url(self) -> str:
        """Give where the board's HTTP port is reached."""
        return f"http://{self.place.address}:{self._radio.port}"

    @property
    def state(self) -> str:
        """Give one of off, starting, serving."""
        if not self._life.has_power:
            return "off"
        return "serving" if self._radio.is_serving else "starting"

    @property
    def pid(self) -> int:
        """Give the process that is the chip now; 0 without power."""
        return self._chip.pid if self._chip else 0

    @property
    def boots(self) -> int:
        """Give how often the chip has started."""
        return self._life.boots

    @property
    def connections(self) -> int:
        """Give how many TCP connections the chip holds."""
        return self._radio.connections

    @property
    def datagrams_sent(self) -> int:
        """Give how many UDP datagrams the board has sent, lost ones too."""
        return self._around.router.datagrams

    async def start(self) -> None:
        """Fill the flash, take the address, power on."""
        self._folder.mkdir(mode=0o700)
        try:
            if self.port:
                self.port.open(self._folder, self._files, self._settings)
            else:
                flash.fill(self.flash, self._files, self._settings)
            self._radio.open()
        except BaseException:
            self._discard()
            raise
        self.power_on()
        self._tasks = [
            asyncio.create_task(job()) for job in (self._life.run, self._tick)
        ]

    async def stop(self) -> None:
        """Power off, give the address back, remove the flash."""
        # Never cancelled: it would leave a chip half dead.
        self._life.finish()
        for task in self._tasks[1:]:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await self._around.close()
        self._discard()

    async def wait_until_serving(self, seconds: float = START_SECONDS) -> None:
        """Wait until clients can connect; TimeoutError shows the serial log."""
        serving = asyncio.create_task(self._is_serving.wait())
        jobs = (serving, *self._tasks)  # of which ours end with an error only
        await asyncio.wait(jobs, timeout=seconds, return_when="FIRST_COMPLETED")
        serving.cancel()
        for task in jobs:
            if task.done():
                await task
                return
        log = "\n".join(self.serial.lines)
        raise TimeoutError(f"{self.place.name} does not serve:\n{log}")

    def power_on(self) -> None:
        """Give the board power."""
        self._life.power_on()

    def power_cut(self) -> None:
        """Pull the plug: from now on silence."""
        if self.port:
            self.port.flash.forget_cut()
        self._life.power_cut()

    def power_cut_after(self, programmed_bytes: int) -> None:
        """Pull it once the flash of a board with a port has taken so many bytes."""
        if not self.port:
            raise ValueError("a folder counts no bytes; give the board a port")
        self.port.flash.cut_power_after(programmed_bytes)
        self._show()

    def press_reset(self) -> None:
        """Press the reset button."""
        self._life.end("button")

    def change(self, **what: Unpack[Change]) -> None:
        """Change the world around the chip; ValueError where there is no such world.

        celsius or code pin the die (a code without noise), curve unpins it; adc is
        one of die.ADC_FAULTS, wifi of access_point.FAULTS, udp of router.ANSWERING.
        """
        self._around.change(what)
        self._show()

    def _discard(self) -> None:
        if self.port:
            self.port.close()
        shutil.rmtree(self._folder, ignore_errors=True)

    async def _born(self, cause: int) -> Chip:
        world, life = self._around.world, self._life
        shutil.rmtree(world.sockets, ignore_errors=True)
        sockets = self._folder / f"boot-{life.boots}"
        sockets.mkdir()
        self._around.begin(cause, sockets, is_watchdog_armed=life.is_armed)
        self._around.refresh(life.uptime_seconds)
        console = self.port.begin(world, self.serial.write) if self.port else None
        self._chip = Chip(world, self._heard, self.serial.write, console)
        await self._chip.start()
        return self._chip

    def _died(self) -> None:
        self._chip = None
        self.pins.clear()
        self._around.end()

    def _gone(self, fate: str) -> None:
        # Only now: until it was killed, the chip could still set one.
        if fate in FORGETFUL_FATES:
            self._around.clear_scratch()
        self.serial.write(f"[emulator] the chip stopped: {fate}")
        if self.port:
            self.port.ended(fate)

    async def _tick(self) -> None:
        while True:
            await asyncio.sleep(TICK_SECONDS)
            self._show()

    def _show(self) -> None:
        if self.port:
            self.port.flash.show(self._around.world)
        self._around.refresh(self._life.uptime_seconds)
        if self._chip:
            self._chip.show()
        if self._radio.is_serving:
            self._is_serving.set()
        else:
            self._is_serving.clear()

    def _heard(self, event: list[object]) -> None:
        name, *details = event
        if name in self._events:
            self._events[str(name)](*details)

    def _listens(self, port: int, path: str) -> None:
        try:
            own_port = self.place.port if port == HTTP_PORT else port
            self._radio.set_program(path, own_port)
        except ToolError as error:
            self.serial.write(f"[emulator] {error}")
        self._show()

    def _listens_no_more(self, path: str) -> None:
        if path == self._radio.path:
            self._radio.set_program(None)
            self._show()
