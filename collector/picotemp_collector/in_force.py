"""In: a good configuration, other lists of devices. Out: a collector that follows."""

import asyncio
import logging
from collections.abc import Callable, Sequence
from typing import Protocol

from picotemp_collector.config.given import Key
from picotemp_collector.config.shapes import Config, PollSettings, ProbeSettings
from picotemp_collector.devices.fleet import Fleet
from picotemp_collector.logs import set_level
from picotemp_collector.readings.device import Device

# What is taken up once, at the start; everything else follows a reload.
TAKEN_UP_AT_START: tuple[Key, ...] = (
    ("server", "listen"),
    ("poll", "concurrency"),
    ("poll", "info_interval_seconds"),
    ("log", "format"),
)
logger = logging.getLogger(__name__)


class Lists(Protocol):
    """What knows every device that a configuration and its sources name."""

    def devices(self) -> Sequence[Device]:
        """Give whom to poll."""
        ...

    async def turn_to(self, config: Config) -> None:
        """List by this configuration from now on."""
        ...


class InForce:
    """The configuration in force, and the fleet that follows it and its sources."""

    def __init__(
        self,
        config: Config,
        inventory: Lists,
        changed: asyncio.Event,
        fleet: Fleet,
        turn_probes_to: Callable[[PollSettings, ProbeSettings], None],
    ) -> None:
        self.config = config
        self._started_with = config
        self._inventory = inventory
        self._changed = changed
        self._fleet = fleet
        self._turn_probes_to = turn_probes_to
        self._turn = asyncio.Lock()

    async def turn_to(self, config: Config) -> Sequence[str]:
        """Put a configuration in force; give a line for what of it needs a restart."""
        async with self._turn:
            await self._inventory.turn_to(config)
            if config.log.level != self.config.log.level:
                set_level(config.log.level)
            self._turn_probes_to(config.poll, config.probe)
            self.config = config
            await self._turn_fleet()
        return [
            f"{section}.{key} has changed; restart the collector for it to take effect"
            for section, key in need_restart(self._started_with, config)
        ]

    async def follow_sources(self) -> None:
        """Poll what the sources list, as `changed` is set, until cancelled."""
        while True:
            await self._changed.wait()
            async with self._turn:
                # A reload may have seen to it meanwhile.
                if self._changed.is_set():
                    await self._turn_fleet()

    async def _turn_fleet(self) -> None:
        self._changed.clear()
        devices = self._inventory.devices()
        await self._fleet.turn_to(devices)
        logger.info("polling %d devices from now on", len(devices))


def need_restart(before: Config, after: Config) -> list[Key]:
    """Give the keys that differ and are taken up at the start alone."""
    return [
        (section, key)
        for section, key in TAKEN_UP_AT_START
        if getattr(getattr(before, section), key)
        != getattr(getattr(after, section), key)
    ]
