"""In: a call that may block for ever. Out: what it gives, by a thread of its own.

The threads of asyncio's executor are few, and they are joined at the end: one file
system or name server that hangs would delay all others, and hold up the exit. Nobody
waits for these.
"""

import asyncio
from collections.abc import Callable
from functools import partial
from threading import Thread
from typing import TypeVar

Result = TypeVar("Result")
# A container may have a limit of threads; some end soon.
NEXT_TRY_SECONDS = 1.0


async def in_daemon_thread(call: Callable[[], Result], name: str) -> Result:
    """Give what a call gives, as soon as there is a thread for it."""
    while True:
        try:
            ended = begin(call, name)
        except RuntimeError:
            await asyncio.sleep(NEXT_TRY_SECONDS)
        else:
            return await result_of(ended)


def begin(call: Callable[[], Result], name: str) -> asyncio.Future[Result]:
    """Begin a thread; what it gives is for `result_of`.

    Raises RuntimeError if the system has no more threads.
    """
    loop = asyncio.get_running_loop()
    ended: asyncio.Future[Result] = loop.create_future()
    # An error that nobody waits for any more is not one to be told of.
    ended.add_done_callback(lambda _: ended.exception())

    def work() -> None:
        try:
            settle = partial(ended.set_result, call())
        except Exception as error:  # noqa: BLE001 who waits must hear of any
            settle = partial(ended.set_exception, error)
        try:
            loop.call_soon_threadsafe(settle)
        except RuntimeError:  # the loop is closed: the collector ended meanwhile
            return

    Thread(target=work, name=name, daemon=True).start()
    return ended


async def result_of(ended: asyncio.Future[Result]) -> Result:
    """Wait for a thread, which goes on if the waiting is cancelled."""
    await asyncio.wait({ended})
    return ended.result()
