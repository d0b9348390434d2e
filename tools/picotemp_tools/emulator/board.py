"""In: a place on the loopback network. Out: an emulated Pico W that lives there."""

import asyncio
import shutil
import time
from collections.abc import Callable
from pathlib import Path
from typing import Self

from ..errors import ToolError
from . import flash
from .access_point import AccessPoint
from .chip import Chip
from .die import Die
from .life import Life
from .place import PASSWORD, SSID, Place, settings_of, world_of
from .radio import Radio
from .serial import Serial

HTTP_PORT = 80
TICK_SECONDS = 0.5
START_SECONDS = 20
KEPT_LEVELS = 1000


class EmulatedBoard:
    """A Pico W, from the diode on its die to its radio.

    `async with EmulatedBoard(place) as board:` powers it on, waits until it serves
    and leaves nothing behind. `settings` are merged into working ones (a key set to
    None is left out; with none left there is no file); `files` is a folder as
    board_files.build() makes it.
    """

    def __init__(
        self,
        place: Place,
        settings: dict[str, object] | None = None,
        files: Path | None = None,
        heard: Callable[[str], None] | None = None,
        first_ticks_ms: int = 0,
    ) -> None:
        self.place = place
        self.serial = Serial(heard)
        # The levels the program gave its LED, newest last.
        self.led: list[int] = []
        self._folder = flash.unmade_folder()
        self.flash = self._folder / "flash"
        self._files = files
        self._settings = settings_of(place, settings or {})
        self._world = world_of(place, self.flash, first_ticks_ms)
        self._die = Die(seed=sum(self._world.unique_id))
        self._access_point = AccessPoint(SSID, PASSWORD, self._wifi_changed)
        self._radio = Radio(place.address, place.port)
        self._life = Life(self._born, self._died, self._gone)
        self._chip: Chip | None = None
        self._tasks: list[asyncio.Task[None]] = []
        self._is_serving = asyncio.Event()
        self._events: dict[str, Callable[..., None]] = {
            "join": self._access_point.join,
            "leave": self._access_point.leave,
            "listen": self._listens,
            "unlisten": self._listens_no_more,
            "pin": self._pin_changed,
            "watchdog": self._life.arm,
            "feed": self._life.feed,
            "reset": lambda: self._life.end("reset"),
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

    async def start(self) -> None:
        """Fill the flash, take the address, power on."""
        self._folder.mkdir(mode=0o700)
        try:
            flash.fill(self.flash, self._files, self._settings)
            self._radio.open()
        except BaseException:
            shutil.rmtree(self._folder)
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
        await self._radio.close()
        shutil.rmtree(self._folder, ignore_errors=True)

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
        self._life.power_cut()

    def press_reset(self) -> None:
        """Press the reset button."""
        self._life.end("button")

    def change(
        self,
        *,
        celsius: float | None = None,
        code: int | None = None,
        curve: bool = False,
        adc: str | None = None,
        wifi: str | None = None,
        slow_seconds: float | None = None,
        is_hung: bool | None = None,
    ) -> None:
        """Change the world around the chip; what is None stays as it is.

        celsius or code pin the die (a code without noise), curve unpins it; adc is
        one of die.ADC_FAULTS, wifi one of access_point.FAULTS. ValueError else.
        """
        self._die.change(celsius, code, adc, is_unpinned=curve)
        if wifi is not None:
            self._access_point.set_fault(wifi)
        if slow_seconds is not None:
            self._radio.slow(slow_seconds)
        if is_hung is not None:
            self._world.is_hung = int(is_hung)
        self._show()

    async def _born(self, cause: int) -> Chip:
        shutil.rmtree(self._world.sockets, ignore_errors=True)
        sockets = self._folder / f"boot-{self._life.boots}"
        sockets.mkdir()
        self._world.sockets = str(sockets)
        self._world.reset_cause = cause
        self._refresh()
        self._chip = Chip(self._world, self._heard, self.serial.write)
        await self._chip.start()
        return self._chip

    def _died(self) -> None:
        self._chip = None
        self._world.is_hung = 0
        self._radio.lose_power()
        self._access_point.forget()

    def _gone(self, fate: str) -> None:
        self.serial.write(f"[emulator] the chip stopped: {fate}")

    async def _tick(self) -> None:
        while True:
            await asyncio.sleep(TICK_SECONDS)
            self._show()

    def _wifi_changed(self) -> None:
        self._radio.set_on_air(self._access_point.is_on_air)
        self._show()

    def _show(self) -> None:
        self._refresh()
        if self._chip:
            self._chip.show()
        if self._radio.is_serving:
            self._is_serving.set()
        else:
            self._is_serving.clear()

    def _refresh(self) -> None:
        world, uptime_seconds = self._world, self._life.uptime_seconds
        world.code = round(self._die.exact_code(uptime_seconds, time.time()), 3)
        world.noise_codes = self._die.noise_codes()
        world.adc_fails = int(self._die.adc == "fails")
        world.wifi_status = self._access_point.status
        world.wifi_answered = self._access_point.answered

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

    def _pin_changed(self, pin: str, level: int) -> None:
        if pin == "LED":
            self.led.append(level)
            del self.led[:-KEPT_LEVELS]
