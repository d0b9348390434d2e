"""In: the configuration, files and URLs. Out: every device to be polled, right now.

The order is that of the configuration's list, then of the files, then of the URLs. Of
equal names the first stays, and the other is a problem of its source.
"""

import asyncio
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager

import aiohttp

from picotemp_collector.background import at_work
from picotemp_collector.config.shapes import Config
from picotemp_collector.daemon_thread import in_daemon_thread
from picotemp_collector.readings.device import Device
from picotemp_collector.readings.source_state import SourceState
from picotemp_collector.sources.combining import combine
from picotemp_collector.sources.file_source import FileSource
from picotemp_collector.sources.file_watch import WATCH_SECONDS, FileWatch
from picotemp_collector.sources.http_source import HttpSource
from picotemp_collector.sources.kept import Kept, states_of
from picotemp_collector.sources.telling import tell_of_change

# As in Prometheus: a file system may not tell of every change, nor of its recovery.
REREAD_SECONDS = 300.0
# So long a file system may take; NFS without its server takes for ever.
HANG_SECONDS = 5.0
HANGS = "its file system does not answer; what it listed last stays in force"


class Inventory:
    """Every device that is listed anywhere, of this shard.

    `on_change` is called in the loop whenever the devices became others, by whatever;
    it must return at once. What is wrong with a source raises nothing: the states and
    the log have it.
    """

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
        self._has_hung = False
        self._files_turn = asyncio.Lock()
        self._combine_turn = asyncio.Lock()
        self._turned = asyncio.Event()
        self._told: tuple[SourceState, ...] = ()
        self._clashes: Mapping[Kept, tuple[str, ...]] = {}
        self._devices = config.poll.own(config.devices)

    def devices(self) -> tuple[Device, ...]:
        """Give whom to poll."""
        return self._devices

    def states(self) -> tuple[SourceState, ...]:
        """Give how each source is, in the order of their devices."""
        return states_of(self._kept(), self._clashes)

    async def begin(self) -> None:
        """Read the files; a start waits for no URL, and for no dead file system."""
        try:
            async with asyncio.timeout(HANG_SECONDS):
                await self.refresh_files()
        except TimeoutError:
            self._note_hang()

    async def refresh_files(self) -> None:
        """Read every file anew."""
        async with self._files_turn:
            await self._read(self._files)
            await self._put_in_force()

    async def turn_to(self, config: Config) -> None:
        """Go by another configuration, in one step once its files are read.

        A source that stays keeps its list; `run` asks every URL anew.
        """
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
        async with at_work(self._keep_files()):
            while True:
                self._turned.clear()
                async with at_work(*map(self._keep_asking, self._urls.values())):
                    await self._turned.wait()

    async def _keep_files(self) -> None:
        loop = asyncio.get_running_loop()
        reread_at_seconds = loop.time() + REREAD_SECONDS
        while True:
            await asyncio.sleep(self._watch_seconds)
            has_changed = await self._have_files_changed()
            if has_changed or self._has_hung or loop.time() >= reread_at_seconds:
                await self.refresh_files()
                reread_at_seconds = loop.time() + REREAD_SECONDS

    async def _have_files_changed(self) -> bool:
        if self._watch is None:
            return True
        with self._noting_hang():
            return await in_daemon_thread(self._watch.changed, "watch the files")

    async def _keep_asking(self, source: HttpSource) -> None:
        while True:
            interval_seconds = self._config.sources.http_sd_interval_seconds
            await source.refresh(self._session, interval_seconds, self._unix_seconds)
            await self._put_in_force()
            await asyncio.sleep(interval_seconds)

    async def _read(self, files: Mapping[str, FileSource]) -> None:
        self._has_hung = False
        with self._noting_hang():
            # Before they are read: what changes meanwhile is seen at the next look.
            self._watch = await in_daemon_thread(lambda: FileWatch(files), "look")
            for source in files.values():
                await source.refresh(self._unix_seconds)

    @contextmanager
    def _noting_hang(self) -> Iterator[None]:
        loop = asyncio.get_running_loop()
        alarm = loop.call_later(HANG_SECONDS, self._note_hang)
        try:
            yield
        finally:
            alarm.cancel()

    def _note_hang(self) -> None:
        self._has_hung = True
        for kept in (source.kept for source in self._files.values()):
            problems = (f"{kept.origin}: {HANGS}",)
            kept.take(kept.entries, problems, False, self._unix_seconds())
        self._tell()

    async def _put_in_force(self) -> None:
        # One at a time, so that no older result comes after a newer one.
        async with self._combine_turn:
            config, kept = self._config, self._kept()
            sources = [one.entries for one in kept]
            # For thousands it takes longer than a poll may be late.
            combined = await in_daemon_thread(
                lambda: combine(config.devices, sources, config.poll), "combine"
            )
            before, self._devices = self._devices, combined.devices
            self._clashes = dict(zip(kept, combined.clashes, strict=True))
        self._tell()
        if before != combined.devices:
            self._on_change()

    def _tell(self) -> None:
        before, self._told = self._told, self.states()
        tell_of_change(before, self._told)

    def _kept(self) -> list[Kept]:
        files = [source.kept for source in self._files.values()]
        return files + [source.kept for source in self._urls.values()]
