"""In: a URL that is to be loaded. Out: a round of it, void where an answer is wrong."""

import os
import sys
from pathlib import Path

from . import wrk
from .measure import Round, VoidError

ROUND_SECONDS = 1


def load_round(url: str, connections: int, script: Path | None = None) -> Round:
    """Give a round of wrk on the first processor; its figure is answers a second."""

    async def run() -> float:
        told = await wrk.run(url, connections, ROUND_SECONDS, processors()[0], script)
        if told.problems or not told.rate:
            raise VoidError(f"of {url}: {told.problems or 'no answers'}")
        print(f"  {url}: {told.rate:.0f}/s, load {told.load:.0%}", file=sys.stderr)
        return told.rate

    return run


def processors() -> list[int]:
    """List those that this program may use."""
    return sorted(os.sched_getaffinity(0))
