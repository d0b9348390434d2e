"""In: questions to a stack. Out: each asked, and told how it was answered."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from typing import Protocol

from attrs import frozen

from .stack import Stack
from .waiting import CheckFailedError


@frozen
class Check:
    """A question; asked with a deadline by the loop's clock, it tells what was seen."""

    name: str
    ask: Callable[[Stack, float], Awaitable[str]]
    seconds: float


class Listener(Protocol):
    """Who is told how it goes."""

    def began(self, name: str) -> None:
        """Hear what is waited for."""

    def ended(self, *, passed: bool, seen: str) -> None:
        """Hear how that ended."""


async def walk(
    stack: Stack, checks: Sequence[Check], deadline: float, listener: Listener
) -> bool:
    """Ask one after another, none beyond the deadline; tell whether all passed."""
    return all([await _passes(stack, check, deadline, listener) for check in checks])


async def _passes(
    stack: Stack, check: Check, deadline: float, listener: Listener
) -> bool:
    listener.began(check.name)
    now = asyncio.get_running_loop().time()
    if now >= deadline:
        listener.ended(passed=False, seen="not asked: no time was left")
        return False
    try:
        seen = await check.ask(stack, min(deadline, now + check.seconds))
    except CheckFailedError as error:
        listener.ended(passed=False, seen=str(error))
        return False
    listener.ended(passed=True, seen=seen)
    return True
