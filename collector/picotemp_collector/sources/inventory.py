"""In: the configuration, files and URLs. Out: every device to be polled, right now.

How it is used:

    inventory = Inventory(config, session, clock.unix_seconds, changed.set)
    await inventory.refresh_files()    # local files alone: the start waits for no URL
    inventory.devices()                # whom to poll: give it to store and fleet
    task = asyncio.create_task(inventory.run())  # until it is cancelled
    await inventory.turn_to(config)    # at a reload, once the configuration is good

- `session` is an aiohttp.ClientSession of the project's resolver; it stays the
  caller's, who closes it after `run` has ended.
- `on_change` is called without arguments, in the loop, whenever `devices()` became
  other than before, by whatever: a refresh, `run`, `turn_to` (then before `turn_to`
  returns). It must return at once: `asyncio.Event().set` is what is meant.
- `devices()` and `states()` do no I/O and may be asked at any time.
- `refresh_files()` and `refresh_urls()` read every one anew and never raise for what
  is wrong with a source: it says so in `states()`, and in the log once.
  `refresh_urls()` ends within seconds, also if no URL answers.
- `turn_to` reads the files of the new configuration, then changes list, settings,
  shard and sources in one step. A source that stays keeps its list; new URLs are asked
  by `run`, at once. It may be called beside anything else here.
- `run` watches the files of the sources (not the configuration's own) and asks the
  URLs. An exception out of it is a bug.

The order of devices is that of the list, then of the files, then of the URLs. Of
equal names the first stays, and the other is a problem of its source.
"""

import asyncio
import logging
from collections.abc import Callable, Iterable

import aiohttp

from picotemp_collector.config.shapes import Config
from picotemp_collector.readings.device import Device
from picotemp_collector.readings.source_state import SourceState
from picotemp_collector.sources.combining import combine
from picotemp_collector.sources.file_source import FileSource
from picotemp_collector.sources.file_watch import WATCH_SECONDS, FileWatch
from picotemp_collector.sources.http_source import HttpSource
from picotemp_collector.sources.kept import Kept

# As in Prometheus: a file system may not tell of every change, nor of its recovery.
REREAD_SECONDS = 300.0
logger = logging.getLogger(__name__)


class Inventory:
    """Every device that is listed anywhere, of this shard."""

    def __init__(
        self,
        config: Config,
        session: aiohttp.ClientSession,
        unix_seconds: Callable[[], float],
        on_change: Callable[[], None],
        watch_seconds: float = WATCH_SECONDS,
    ) -> None:
        self._config = config
        self._session = session
        self._unix_seconds = unix_seconds
        self._on_change = on_change
        self._watch_seconds = watch_seconds
        self._files = {path: FileSource(path) for path in config.sources.file_sd}
        self._urls = {url: HttpSource(url) for url in config.sources.http_sd}
        self._watch: FileWatch | None = None
        self._files_turn = asyncio.Lock()
        self._turned = asyncio.Event()
        self._combine_turn = asyncio.Lock()
        self._told: dict[str, SourceState] = {}
        self._clashes: dict[Kept, tuple[str, ...]] = {}
        self._devices = config.own_devices

    def devices(self) -> tuple[Device, ...]:
        """Give whom to poll."""
        return self._devices

    def states(self) -> tuple[SourceState, ...]:
        """Give how each source is: the files in their order, then the URLs."""
        kept = self._kept()
        return tuple(
            one.state(origin, self._clashes.get(one, ()))
            for one, origin in zip(kept, _origins(kept), strict=True)
        )

    async def refresh_files(self) -> None:
        """Read every file anew."""
        async with self._files_turn:
            await self._read(self._files)
            await self._put_in_force()

    async def refresh_urls(self) -> None:
        """Ask every URL, all at once."""
        await asyncio.gather(*(self._ask(source) for source in self._urls.values()))

    async def turn_to(self, config: Config) -> None:
        """Go by another configuration from now on."""
        async with self._files_turn:
            files = {
                path: self._files.get(path) or FileSource(path)
                for path in config.sources.file_sd
            }
            await self._read(files)
            self._urls = {
                url: self._urls.get(url) or HttpSource(url)
                for url in config.sources.http_sd
            }
            self._config, self._files = config, files
            await self._put_in_force()
        self._turned.set()

    async def run(self) -> None:
        """Watch the files and ask the URLs until it is cancelled."""
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(self._keep_files())
            asked: dict[HttpSource, asyncio.Task[None]] = {}
            while True:
                self._turned.clear()
                sources = set(self._urls.values())
                for source in asked.keys() - sources:
                    asked.pop(source).cancel()
                for source in sources - asked.keys():
                    asked[source] = tasks.create_task(self._keep_asking(source))
                await self._turned.wait()

    async def _keep_files(self) -> None:
        loop = asyncio.get_running_loop()
        reread_at_seconds = loop.time() + REREAD_SECONDS
        while True:
            await asyncio.sleep(self._watch_seconds)
            watch = self._watch
            has_changed = watch is None or await asyncio.to_thread(watch.changed)
            if has_changed or loop.time() >= reread_at_seconds:
                await self.refresh_files()
                reread_at_seconds = loop.time() + REREAD_SECONDS

    async def _keep_asking(self, source: HttpSource) -> None:
        while True:
            await self._ask(source)
            await asyncio.sleep(self._config.sources.http_sd_interval_seconds)

    async def _read(self, files: dict[str, FileSource]) -> None:
        # Made before they are read: what changes meanwhile is seen at the next look.
        self._watch = await asyncio.to_thread(FileWatch, tuple(files))
        for source in files.values():
            await source.refresh(self._unix_seconds)

    async def _ask(self, source: HttpSource) -> None:
        interval_seconds = self._config.sources.http_sd_interval_seconds
        await source.refresh(self._session, interval_seconds, self._unix_seconds)
        await self._put_in_force()

    async def _put_in_force(self) -> None:
        # One at a time, so that no older result comes after a newer one.
        async with self._combine_turn:
            config, kept = self._config, self._kept()
            listings = [one.listing for one in kept]
            # For thousands it takes longer than a poll may be late.
            combined = await asyncio.to_thread(
                combine, config.devices, listings, config.poll
            )
            before, self._devices = self._devices, combined.devices
            self._clashes = dict(zip(kept, combined.clashes, strict=True))
        self._tell()
        if before != combined.devices:
            self._on_change()

    def _kept(self) -> list[Kept]:
        files = [source.kept for source in self._files.values()]
        return files + [source.kept for source in self._urls.values()]

    def _tell(self) -> None:
        # Once when it begins, once when it is over; not at every refresh.
        before, self._told = self._told, {one.origin: one for one in self.states()}
        for origin, state in self._told.items():
            old = before.get(origin)
            for problem in state.problems:
                if old is None or problem not in old.problems:
                    logger.warning("source %s", problem)
            if state.is_current and (old is None or not old.is_current):
                logger.info("source %s lists %d devices", origin, state.device_count)


def _origins(kept: Iterable[Kept]) -> list[str]:
    # Two URLs that differ in what is not shown must stay two series.
    seen: dict[str, int] = {}
    origins = []
    for one in kept:
        seen[one.origin] = seen.get(one.origin, 0) + 1
        number = seen[one.origin]
        origins.append(one.origin if number == 1 else f"{one.origin} ({number})")
    return origins
