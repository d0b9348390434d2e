"""In: a chip whose program kept failing. Out: its recovery, at once; its answers."""

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest

from picotemp import recovery
from picotemp.blackbox import BlackBox
from picotemp.boot import WATCHDOG_MS
from picotemp.boots import EARLY_ENDS_MOST, Boots
from picotemp.log import Log
from picotemp.recovery import RECOVERY_SECONDS
from picotemp.supervision import Restart

from .conftest import checked
from .fake_chip import FakeChip
from .fake_sockets import FakeClient
from .http_answer import Answer, parse
from .virtual_time import in_virtual_time

SETTINGS: dict[str, object] = {"ssid": "attic", "password": "the secret word"}
Story = Callable[[], Awaitable[None]]
TRACEBACK = "Traceback (most recent call last):\nValueError: no luck"


class Rescue:
    """A chip in recovery, and what a test does to it."""

    def __init__(self, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        self.chip = FakeChip()
        self.log = Log(self.chip)
        self.settings = checked(SETTINGS)
        for _ in range(EARLY_ENDS_MOST):
            Boots(self.chip).mark_exception(is_saved=True)
            self.chip.has_been_reset = True
        self.boots = Boots(self.chip)
        self.blackbox = BlackBox(self.chip, self.log, str(folder / "lastrun.json"))
        self.blackbox.save("exception", TRACEBACK)
        self.blackbox.load(self.boots.was_saved)
        self._monkeypatch = monkeypatch
        # As boot() does before it.
        self.chip.watchdog_on(WATCHDOG_MS)
        self.chip.calls = []

    def live(self, story: Story | None = None) -> None:
        """Run the recovery to its end, a story beside it."""

        async def life(work: Awaitable[None]) -> None:
            told = asyncio.ensure_future(story()) if story else None
            try:
                await work
            finally:
                if told:
                    await told

        self._monkeypatch.setattr(
            asyncio, "run", lambda work: in_virtual_time(life(work))
        )
        rest = self.blackbox, self.settings
        with pytest.raises(Restart, match="another try"):
            recovery.run(self.chip, self.log, self.boots, *rest)

    async def ask(self, line: str) -> Answer:
        """Send one request."""
        client = FakeClient(self.chip.listener, line.encode() + b" HTTP/1.1\r\n\r\n")
        return parse(await client.end(), is_head=line.startswith("HEAD"))

    def bite_ms(self) -> int | None:
        """Give when the watchdog would have reset the board."""
        fed = [*self.chip.fed_ms, RECOVERY_SECONDS * 1000]
        for i in range(len(fed) - 1):
            if fed[i + 1] - fed[i] > WATCHDOG_MS:
                return fed[i] + WATCHDOG_MS
        return None
