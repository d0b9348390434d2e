"""In: what a board prints. Out: its last lines, and whoever waits for one."""

import asyncio
from collections import deque
from collections.abc import Callable

KEPT_LINES = 1000


class Serial:
    """What the board printed, newest last."""

    def __init__(self, heard: Callable[[str], None] | None = None) -> None:
        self.lines: deque[str] = deque(maxlen=KEPT_LINES)
        self._heard = heard
        self._news = asyncio.Event()

    def write(self, line: str) -> None:
        """Take a line."""
        self.lines.append(line)
        self._news.set()
        if self._heard:
            self._heard(line)

    async def wait_for(self, text: str, seconds: float = 10) -> str:
        """Wait for a line with a text in it, printed before or after now."""
        async with asyncio.timeout(seconds):
            while True:
                for line in self.lines:
                    if text in line:
                        return line
                self._news.clear()
                await self._news.wait()
