"""In: what a person changes, what the chip asks of others. Out: the world around it."""

import time
from collections.abc import Callable
from pathlib import Path
from typing import TypedDict

from .access_point import AccessPoint
from .die import Die
from .place import PASSWORD, SSID, Place, addresses_of, world_of
from .radio import Radio
from .router import Router
from .world import SCRATCH_REGISTERS


class Change(TypedDict, total=False):
    """What of the world around a chip can be changed; None leaves as it is."""

    # These pin the die (a code without noise); curve unpins it.
    celsius: float | None
    code: int | None
    curve: bool
    # One of die.ADC_FAULTS, access_point.FAULTS, router.ANSWERING.
    adc: str | None
    wifi: str | None
    udp: str | None
    # What DHCP gives; clients still reach the board at its place.
    dhcp_address: str | None
    slow_seconds: float | None
    is_hung: bool | None


class Surroundings:
    """A die, a network, and what the chip sees of them.

    `changed` is told when the network has changed by itself.
    """

    def __init__(
        self,
        place: Place,
        flash: Path,
        first_ticks_ms: int,
        changed: Callable[[], None],
    ) -> None:
        self.world = world_of(place, flash, first_ticks_ms)
        self.radio = Radio(place.address, place.port)
        self.router = Router()
        self._die = Die(seed=sum(self.world.unique_id))
        self._access_point = AccessPoint(SSID, PASSWORD, self._network_changed)
        self._changed = changed
        # What the chip tells of itself, each with what it means here.
        self.events: dict[str, Callable[..., None]] = {
            "join": self._access_point.join,
            "leave": self._access_point.leave,
            "static": self._access_point.set_static,
            "unbind": self.router.forget,
            "scratch": self.world.scratch.__setitem__,
            "adc": self._adc_set_up,
        }

    def begin(self, cause: int, sockets: Path, *, is_watchdog_armed: bool) -> None:
        """Be the world of a chip that starts."""
        self.world.reset_cause = cause
        self.world.sockets = str(sockets)
        self.world.is_watchdog_armed = int(is_watchdog_armed)
        self.world.adc_setups = 0
        self.router.open(sockets)

    def end(self) -> None:
        """Forget the chip: it has died."""
        self.world.is_hung = 0
        self.router.close()
        self.radio.lose_power()
        self._access_point.forget()

    async def close(self) -> None:
        """Give back what it holds of the host."""
        self.router.close()
        await self.radio.close()

    def clear_scratch(self) -> None:
        """Zero what outlives resets."""
        self.world.scratch[:] = [0] * SCRATCH_REGISTERS

    def change(self, change: Change) -> None:
        """Change something; ValueError or TypeError where that cannot be."""
        unknown = change.keys() - Change.__annotations__.keys()
        if unknown:
            raise TypeError(f"nobody can change {', '.join(sorted(unknown))}")
        self._die.change(
            change.get("celsius"),
            change.get("code"),
            change.get("adc"),
            is_unpinned=change.get("curve", False),
        )
        if (wifi := change.get("wifi")) is not None:
            self._access_point.set_fault(wifi)
        if (who := change.get("udp")) is not None:
            self.router.set_answering(who)
        if (address := change.get("dhcp_address")) is not None:
            self.world.addresses = addresses_of(address)
        if (seconds := change.get("slow_seconds")) is not None:
            self.radio.slow(seconds)
        if (is_hung := change.get("is_hung")) is not None:
            self.world.is_hung = int(is_hung)

    def refresh(self, uptime_seconds: float) -> None:
        """Bring what the chip sees up to date."""
        world = self.world
        world.code = round(self._die.exact_code(uptime_seconds, time.time()), 3)
        world.noise_codes = self._die.noise_codes()
        world.adc_fails = int(self._die.adc == "fails")
        world.wifi_status = self._access_point.status
        world.wifi_answered = self._access_point.answered

    def _network_changed(self) -> None:
        self.router.is_on_air = self._access_point.is_on_air
        self.radio.set_on_air(self._access_point.is_on_air)
        self._changed()

    def _adc_set_up(self, times: int) -> None:
        self._die.set_up()
        self.world.adc_setups = times
        self._changed()
