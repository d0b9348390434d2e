"""In: the collector's own arguments. Out: the collector, with its loop under watch.

Run as a program. To SIGUSR1 it says the longest time that a timer of the loop had to
wait since the last; the longest without what the loop's thread then waited for a
processor, which is the machine's; and the most that it computed in such a wait: what
the second is more than this is a call that blocks. Names that end in HANGING
are looked up for LOOKUP_SECONDS in vain, as by a name server that is away; all else is
the collector as it is.
"""

import asyncio
import json
import os
import signal
import socket
import sys
import threading
import time
from collections.abc import Callable
from typing import Any

import uvloop

from picotemp_collector import cli

HANGING = ".hanging.invalid"
LOOKUP_SECONDS = 20
# A stall is measured short by this much at most.
PERIOD_SECONDS = 0.005


class Stalls:
    """How long a loop kept a timer waiting."""

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        self._loop = loop
        # Linux: computed, waited for a processor, in nanoseconds.
        task = f"/proc/self/task/{threading.get_native_id()}/schedstat"
        self._schedule = os.open(task, os.O_RDONLY)
        self._longest_seconds = self._own_seconds = self._busiest_seconds = 0.0
        self._due_seconds = self._busy_seconds = self._waited_seconds = 0.0

    def begin(self) -> None:
        """Look again and again from now on, and tell at the signal."""
        self._loop.add_signal_handler(signal.SIGUSR1, self._tell)
        self._wait()

    def _wait(self) -> None:
        # Not the loop's clock: it stands still while the loop does.
        self._due_seconds = time.perf_counter() + PERIOD_SECONDS
        self._busy_seconds = time.thread_time()
        self._waited_seconds = self._for_a_processor_seconds()
        self._loop.call_later(PERIOD_SECONDS, self._look)

    def _look(self) -> None:
        late_seconds = time.perf_counter() - self._due_seconds
        busy_seconds = time.thread_time() - self._busy_seconds
        waited_seconds = self._for_a_processor_seconds() - self._waited_seconds
        self._longest_seconds = max(self._longest_seconds, late_seconds)
        self._own_seconds = max(self._own_seconds, late_seconds - waited_seconds)
        self._busiest_seconds = max(self._busiest_seconds, busy_seconds)
        self._wait()

    def _tell(self) -> None:
        told = [self._longest_seconds, self._own_seconds, self._busiest_seconds]
        print(json.dumps(told), flush=True)
        self._longest_seconds = self._own_seconds = self._busiest_seconds = 0.0

    def _for_a_processor_seconds(self) -> float:
        return int(os.pread(self._schedule, 99, 0).split()[1]) / 1e9


def _watched(
    new_loop: Callable[[], asyncio.AbstractEventLoop],
) -> Callable[[], asyncio.AbstractEventLoop]:
    def make() -> asyncio.AbstractEventLoop:
        loop = new_loop()
        loop.call_soon(Stalls(loop).begin)
        return loop

    return make


def _hanging(look_up: Callable[..., Any]) -> Callable[..., Any]:
    def getaddrinfo(host: Any, *words: Any, **named: Any) -> Any:
        if str(host).endswith(HANGING):
            time.sleep(LOOKUP_SECONDS)
            raise socket.gaierror(socket.EAI_AGAIN, "the name server is away")
        return look_up(host, *words, **named)

    return getaddrinfo


def hang_names() -> None:
    """Let this process have a name server that is away."""
    socket.getaddrinfo = _hanging(socket.getaddrinfo)


if __name__ == "__main__":
    new_loop: Any = _watched(uvloop.new_event_loop)
    uvloop.new_event_loop = new_loop
    hang_names()
    cli.main(sys.argv[1:])
