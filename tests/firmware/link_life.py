"""In: a link, its network's story. Out: its life in virtual time, and how it ended."""

import asyncio
from collections.abc import Awaitable, Callable

from picotemp.supervision import Restart
from picotemp.wifi import Link

from .fake_chip import FakeChip
from .virtual_time import in_virtual_time, now_ms

Story = Callable[[], Awaitable[None]]
LONGEST_LIFE_SECONDS = 8 * 24 * 3600


class WatchedLink(Link):
    """A link that remembers the longest time between two signs of its life."""

    longest_gap_ms = 0

    def beat(self) -> None:
        before_ms = self._beat_ms
        super().beat()
        self.longest_gap_ms = max(self.longest_gap_ms, self._beat_ms - before_ms)


async def nothing() -> None:
    pass


def live(link: Link, seconds: float, then: Story = nothing) -> int | None:
    """Let a link live so long, then something happen; give when it was a Restart."""
    return in_virtual_time(_life(link, seconds, then), LONGEST_LIFE_SECONDS)


async def _life(link: Link, seconds: float, then: Story) -> int | None:
    async def story() -> None:
        await asyncio.sleep(seconds)
        await then()

    tasks = {asyncio.create_task(link.run()), asyncio.create_task(story())}
    done, others = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
    ended_ms = now_ms()
    for task in others:
        task.cancel()
    await asyncio.gather(*others, return_exceptions=True)
    try:
        for task in done:
            task.result()
    except Restart:
        return ended_ms
    return None


def serve(link: Link, seconds: float, times: int) -> Story:
    """Give a story of a client that is served every so many seconds."""

    async def story() -> None:
        for _ in range(times):
            await asyncio.sleep(seconds)
            link.note_request()

    return story


def radio_calls(chip: FakeChip) -> list[str]:
    """Give the names of what the radio was told, in order."""
    return [name for _, name, _ in chip.calls]
