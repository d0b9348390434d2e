"""In: a question, when its answer is right. Out: that answer, or what it was last."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import TypeVar

import aiohttp

from ..errors import ToolError

PAUSE_SECONDS = 0.1

Answer = TypeVar("Answer")


class CheckFailedError(ToolError):
    """Something is not as it should be; its text says what was seen instead."""


async def until(
    ask: Callable[[], Awaitable[Answer]],
    is_right: Callable[[Answer], bool],
    deadline: float,
) -> Answer:
    """Ask again and again until the answer is right; else raise with the last one.

    The deadline is by the loop's clock; a server that does not answer may do so yet.
    """
    seen: object = "no answer"
    try:
        async with asyncio.timeout_at(deadline):
            while True:
                try:
                    answer = await ask()
                except (aiohttp.ClientError, TimeoutError) as error:
                    seen = error
                else:
                    if is_right(answer):
                        return answer
                    seen = answer
                await asyncio.sleep(PAUSE_SECONDS)
    except TimeoutError as error:
        raise CheckFailedError(f"in the end it was {seen!r}") from error
