"""In: a URL, connections. Out: the answers a second that wrk got, and what it disliked.

A load written in C leaves the ratio to the servers: https://github.com/wg/wrk
"""

import asyncio
import contextlib
import os
import re
import resource
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from ..errors import ToolError

# What wrk prints only where something went wrong.
PROBLEMS = re.compile(
    r"^ *(Socket errors: .*|Non-2xx .*|Bad answers: .*)$", re.MULTILINE
)
RATE = re.compile(r"^Requests/sec: +([\d.]+)$", re.MULTILINE)


@dataclass(frozen=True)
class Told:
    """Answers a second; the share of its processor that wrk took; what went wrong."""

    rate: float
    load: float
    problems: str


async def run(
    url: str,
    connections: int,
    seconds: int,
    processor: int,
    script: Path | None = None,
) -> Told:
    """Ask on so many connections for whole seconds, from one processor.

    Raises ToolError where there is no wrk, or it fails.
    """
    words = ["-t", "1", "-c", str(connections), "-d", f"{seconds}s", url]
    words += ["-s", str(script)] if script else []
    before_seconds = _cpu_seconds()
    with _on(processor):
        process = await asyncio.create_subprocess_exec(
            _find(),
            *words,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.STDOUT,
        )
    printed, _ = await process.communicate()
    rate, problems = parse(printed.decode(), process.returncode)
    return Told(rate, (_cpu_seconds() - before_seconds) / seconds, problems)


def parse(printed: str, exit_code: int | None = 0) -> tuple[float, str]:
    """Give (answers a second, what went wrong or nothing) of wrk's report."""
    rate = RATE.search(printed)
    if rate is None or exit_code:
        raise ToolError(f"wrk failed: {printed.strip() or 'it said nothing'}")
    return float(rate[1]), "; ".join(PROBLEMS.findall(printed))


def _find() -> str:
    found = shutil.which("wrk")
    if found is None:
        raise ToolError(
            "wrk is not on PATH: `make bench` fetches it where there is apt-get, "
            "elsewhere install it"
        )
    return found


@contextlib.contextmanager
def _on(processor: int) -> Iterator[None]:
    # Handed down to what is started meanwhile: all its threads, from the first on.
    ours = os.sched_getaffinity(0)
    os.sched_setaffinity(0, {processor})
    try:
        yield
    finally:
        os.sched_setaffinity(0, ours)


def _cpu_seconds() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime
