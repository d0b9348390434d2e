"""In: the devices' lines, the collector's own. Out: a whole answer, plain or packed."""

import asyncio
from collections.abc import Callable
from functools import partial

from attrs import frozen

from picotemp_collector.metrics.device_lines import DeviceLines
from picotemp_collector.metrics.family import FAMILIES
from picotemp_collector.metrics.format import Format
from picotemp_collector.metrics.line import heading
from picotemp_collector.metrics.packer import Packer, fast
from picotemp_collector.metrics.seldom import Seldom
from picotemp_collector.readings.store import Store

# The memory of less than this stays anyway.
LARGE_BYTES = 1 << 20


def make_expositions(
    store: Store,
    now_seconds: Callable[[], float],
    own_text: Callable[[Format], bytes],
    packer: Packer | None = None,
) -> dict[Format, "Exposition"]:
    """Give the metrics in each format, of one set of lines; `own_text` ends each."""
    lines = DeviceLines(store, now_seconds)
    packer = packer or Packer(fast)
    return {
        each: Exposition(
            each, lines, Seldom(partial(own_text, each), now_seconds).text, packer
        )
        for each in Format
    }


@frozen
class _Packing:
    plain: bytes
    packed: asyncio.Future[bytes]


class Exposition:
    """All there is to tell in one format; made once for each generation of lines."""

    def __init__(
        self,
        text_format: Format,
        lines: DeviceLines,
        own_text: Callable[[], bytes],
        packer: Packer,
    ) -> None:
        self._headings = [heading(family, text_format) for family in FAMILIES]
        self._lines = lines
        self._own_text = own_text
        self._packer = packer
        self._made_of: tuple[int, bytes] | None = None
        self._plain = b""
        self._packing: _Packing | None = None
        self._keeps_memory = False

    async def plain(self) -> bytes:
        """Give the text; the same object until something changes."""
        if self._lines.are_stale():
            await self._lines.drop_stale()
        return self._joined()

    def plain_at_once(self) -> bytes | None:
        """Give the same, if nothing is to be waited for."""
        return None if self._lines.are_stale() else self._joined()

    async def packed(self) -> bytes:
        """Give the text in gzip, never one from before this call.

        Only one is made at a time; all who wait meanwhile share the next.
        """
        known = self._packing
        while True:
            plain = await self.plain()
            latest = self._packing
            if latest is not None and (latest is not known or latest.plain is plain):
                return await asyncio.shield(latest.packed)
            if latest is None or latest.packed.done():
                self._packing = _Packing(plain, self._packer.pack(plain))
                return await asyncio.shield(self._packing.packed)
            await asyncio.wait([latest.packed])

    def packed_at_once(self) -> bytes | None:
        """Give the same, if nothing is to be waited for."""
        plain, latest = self.plain_at_once(), self._packing
        if plain is None or (latest is not None and not latest.packed.done()):
            return None
        if latest is None or latest.plain is not plain:
            if not self._packer.packs_at_once(plain):
                return None
            latest = self._packing = _Packing(plain, self._packer.pack(plain))
        return latest.packed.result()

    def _joined(self) -> bytes:
        made_of = (self._lines.generation, self._own_text())
        if made_of != self._made_of:
            self._plain = self._lines.join(self._headings, made_of[1])
            self._made_of = made_of
            self._keep_memory_if_large()
        return self._plain

    def _keep_memory_if_large(self) -> None:
        if len(self._plain) < LARGE_BYTES or self._keeps_memory:
            return
        self._keeps_memory = True
        # Only a fleet's needs it.
        from picotemp_collector.metrics.allocator import keep_freed_memory

        keep_freed_memory()
