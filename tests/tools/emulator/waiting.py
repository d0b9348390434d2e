"""In: what must become true. Out: it has, within a limit generous to a busy host."""

import asyncio
from collections.abc import Callable

LIMIT_SECONDS = 15
POLL_SECONDS = 0.005


async def until(is_true: Callable[[], bool], seconds: float = LIMIT_SECONDS) -> None:
    """Wait for it; TimeoutError where it does not come."""
    async with asyncio.timeout(seconds):
        while not is_true():  # noqa: ASYNC110 what is waited for tells nobody
            await asyncio.sleep(POLL_SECONDS)
