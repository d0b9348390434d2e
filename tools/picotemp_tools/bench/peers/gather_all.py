"""In: URLs on standard input. Out: one gathering of them all, by aiohttp's client.

So collectors go about it that know intervals of a whole input alone, not of a device:
all are due at once, and the next time comes when the last has answered. It prints when
it began by the monotonic clock, who failed, by numbers, and how many readings it got.
"""

import asyncio
import json
import sys
import time

import aiohttp

from ..fleet_side import hang_names

TIMEOUT_SECONDS = 3.5


async def gather(urls: list[str]) -> dict[str, object]:
    """Ask every device once."""
    timeout = aiohttp.ClientTimeout(total=TIMEOUT_SECONDS)
    async with aiohttp.ClientSession(timeout=timeout) as session:

        async def ask(url: str) -> object:
            async with session.get(url) as response:
                return (await response.json())["tempC"]

        begun_seconds = time.monotonic()
        results = await asyncio.gather(*map(ask, urls), return_exceptions=True)
    failed = [n for n, result in enumerate(results) if isinstance(result, Exception)]
    readings = sorted({r for r in results if isinstance(r, float)})
    return {"begun_seconds": begun_seconds, "failed": failed, "readings": readings}


if __name__ == "__main__":
    hang_names()
    print(json.dumps(asyncio.run(gather(sys.stdin.read().split()))), flush=True)
