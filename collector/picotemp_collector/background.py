"""In: work that goes on for ever. Out: a task for each, ended with the block."""

import asyncio
import logging
from collections.abc import AsyncIterator, Coroutine
from contextlib import asynccontextmanager

logger = logging.getLogger(__name__)


@asynccontextmanager
async def at_work(*works: Coroutine[object, object, None]) -> AsyncIterator[None]:
    """Have all of it done until the end of the block."""
    tasks = [asyncio.create_task(work) for work in works]
    for task in tasks:
        task.add_done_callback(_tell_of_bug)
    try:
        yield
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


def _tell_of_bug(task: asyncio.Task[None]) -> None:
    if not task.cancelled() and (bug := task.exception()):
        logger.error("%s ended by a bug", task.get_coro(), exc_info=bug)
