"""In: checks that are made up. Out: each is asked, none for too long, all count."""

import asyncio
from typing import cast

import aiohttp
import pytest
from attrs import define, field

from picotemp_tools.smoke.check import Check, walk
from picotemp_tools.smoke.stack import Stack
from picotemp_tools.smoke.waiting import CheckFailedError, until

NO_STACK = cast(Stack, None)


@define
class Heard:
    """Who notes what is told."""

    told: list[tuple[str, bool, str]] = field(factory=list)
    name: str = ""

    def began(self, name: str) -> None:
        self.name = name

    def ended(self, *, passed: bool, seen: str) -> None:
        self.told.append((self.name, passed, seen))


async def well(_stack: Stack, _deadline: float) -> str:
    return "well"


async def ill(_stack: Stack, _deadline: float) -> str:
    raise CheckFailedError("ill")


def now_seconds() -> float:
    return asyncio.get_running_loop().time()


@pytest.mark.parametrize(
    ("asked", "passed"),
    [((well, well), True), ((ill, well), False), ((well, ill), False)],
)
async def test_all_are_asked_and_all_must_pass(asked: tuple, passed: bool) -> None:  # type: ignore[type-arg]
    checks = [Check(ask.__name__, ask, 1) for ask in asked]
    heard = Heard()
    assert await walk(NO_STACK, checks, now_seconds() + 9, heard) is passed
    assert heard.told == [(ask.__name__, ask is well, ask.__name__) for ask in asked]


@pytest.mark.parametrize(
    ("own_seconds", "whole_seconds", "least_seconds"), [(5, 60, 5), (60, 5, 5)]
)
async def test_a_check_has_its_own_time_and_never_more_than_is_left_of_all(
    own_seconds: float, whole_seconds: float, least_seconds: float
) -> None:
    given = []

    async def ask(_stack: Stack, deadline: float) -> str:
        given.append(deadline)
        return ""

    began = now_seconds()
    await walk(NO_STACK, [Check("a", ask, own_seconds)], began + whole_seconds, Heard())
    assert began + least_seconds <= given[0] <= now_seconds() + least_seconds


async def test_without_time_left_nothing_is_asked() -> None:
    heard = Heard()
    assert not await walk(NO_STACK, [Check("a", well, 5)], now_seconds(), heard)
    assert heard.told == [("a", False, "not asked: no time was left")]


async def test_what_is_never_right_fails_with_what_it_was_last() -> None:
    async def ask() -> int:
        return 3

    with pytest.raises(CheckFailedError) as failed:
        await until(ask, lambda answer: answer == 4, now_seconds() + 0.05)
    assert str(failed.value) == "in the end it was 3"


async def test_what_never_answers_fails_too() -> None:
    with pytest.raises(CheckFailedError) as failed:
        await until(asyncio.Event().wait, bool, now_seconds() + 0.05)
    assert str(failed.value) == "in the end it was 'no answer'"


async def test_who_answers_after_all_is_heard() -> None:
    answers = iter((aiohttp.ClientConnectionError(), TimeoutError(), 4))

    async def ask() -> int:
        answer = next(answers)
        if isinstance(answer, Exception):
            raise answer
        return answer

    assert await until(ask, lambda answer: answer == 4, now_seconds() + 60) == 4
