"""In: nothing. Out: a life of chips that are none; it notes what happened in it."""

import asyncio

from picotemp_tools.emulator.life import Life
from tools.emulator.waiting import until

POWER_ON, WATCHDOG = 1, 3
SOFT_RESET_SECONDS = 0.05


class FakeChip:
    """A chip whose program runs until it is told to end."""

    def __init__(self) -> None:
        self.ended = asyncio.Event()
        self.was_killed = False

    async def run(self) -> None:
        await self.ended.wait()

    async def kill(self) -> None:
        self.was_killed = True
        self.ended.set()


class Lived(Life):
    """A life that notes its boots, its ends, its chips."""

    def __init__(self, watchdog_scale: float = 1.0) -> None:
        self.causes: list[int] = []
        self.fates: list[str] = []
        self.chips: list[FakeChip] = []
        super().__init__(
            self._note_born, self._note_died, self.fates.append, watchdog_scale
        )

    async def booted(self, times: int) -> list[int]:
        await until(lambda: self.boots >= times)
        return self.causes

    async def dead(self, times: int) -> list[str]:
        await until(lambda: len(self.fates) >= times)
        return self.fates

    def age(self, seconds: float) -> None:
        self._born_at_seconds -= seconds

    def _note_died(self) -> None:
        assert not self.chips[-1].was_killed

    async def _note_born(self, cause: int) -> FakeChip:
        self.causes.append(cause)
        self.chips.append(FakeChip())
        return self.chips[-1]
