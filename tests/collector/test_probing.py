"""In: many who ask one board. Out: few requests, each with its answer for them all."""

import asyncio
from typing import Any

import pytest
from attrs import evolve

from collector.probing import (
    GOOD,
    MAX_AGE_SECONDS,
    REFUSED,
    Board,
    probing,
    virtually,
)
from collector.running import device
from collector.virtual_time import now_seconds
from picotemp_collector.readings.probed import AnsweredBy

ATTIC = device("attic", "http://10.0.0.7/")
TOP = device("top", "http://10.0.0.7/")
# Rounding of a clock that counts from 1000.
HAIR_SECONDS = 1e-6


@virtually
async def test_a_probe_asks_and_who_comes_soon_after_has_the_same_answer() -> None:
    board = Board()
    async with probing(board, ATTIC) as probes:
        first = await probes.prober.probe("attic", 9.5)
        assert (first.answered_by, first.outcome, first.age_seconds) == (
            AnsweredBy.NEW,
            GOOD,
            0,
        )
        await asyncio.sleep(1.5)
        second = await probes.prober.probe("attic", 9.5)
        assert (second.answered_by, second.outcome) == (AnsweredBy.LATELY, GOOD)
        assert second.age_seconds == pytest.approx(1.5)
        await asyncio.sleep(0.6)
        third = await probes.prober.probe("attic", 9.5)
        assert third.answered_by is AnsweredBy.NEW
    assert len(board.begun_seconds) == 2


@virtually
async def test_a_failed_answer_is_shared_too() -> None:
    board = Board(failure=REFUSED)
    async with probing(board, ATTIC, TOP) as probes:
        for name in ("attic", "top", "attic"):
            probed = await probes.prober.probe(name, 9.5)
            assert probed.outcome == REFUSED.failure
    assert len(board.begun_seconds) == 1


@virtually
async def test_whoever_asks_a_board_has_one_request_and_that_in_each_max_age() -> None:
    board = Board(takes_seconds=0.3)

    async def ask_for_a_minute(
        number: int, probes: Any, answerers: set[AnsweredBy]
    ) -> None:
        pause_seconds = 0.1 + number % 7 / 3
        while now_seconds() < 1066:
            await asyncio.sleep(pause_seconds)
            probed = await probes.prober.probe(("attic", "top")[number % 2], 4.5)
            assert probed.outcome == GOOD
            answerers.add(probed.answered_by)

    async with probing(board, ATTIC, TOP, is_polled=True) as probes:
        answerers: set[AnsweredBy] = set()
        await asyncio.gather(
            *(ask_for_a_minute(number, probes, answerers) for number in range(52))
        )
        # A turn that took an answer from before it has the next one sooner.
        assert 13 <= probes.store.view("attic").polls_total <= 26
    assert answerers == {AnsweredBy.NEW, AnsweredBy.SHARED, AnsweredBy.LATELY}
    assert board.most_in_flight == 1
    pauses = [
        begun - ended
        for begun, ended in zip(
            board.begun_seconds[1:], board.ended_seconds, strict=False
        )
    ]
    assert len(pauses) > 20
    assert min(pauses) > MAX_AGE_SECONDS - HAIR_SECONDS


@virtually
async def test_a_poller_takes_what_a_probe_was_told_a_moment_ago_with_its_age() -> None:
    board = Board()
    async with probing(board, ATTIC, is_polled=True) as probes:
        await asyncio.sleep(12)  # the first polls are off its grid
        due_seconds = board.begun_seconds[-1] + ATTIC.interval_seconds
        await asyncio.sleep(due_seconds - 1.0 - now_seconds())
        asked = len(board.begun_seconds)
        assert (await probes.prober.probe("attic", 4.5)).answered_by is AnsweredBy.NEW
        polls = probes.store.view("attic").polls_total
        await asyncio.sleep(1.5)
        view = probes.store.view("attic")
        assert view.polls_total == polls + 1
        assert view.age_seconds == pytest.approx(1.5)
        assert len(board.begun_seconds) == asked + 1
        assert len(probes.history.past(ATTIC.url).results) == asked + 1


@virtually
async def test_a_slow_board_is_asked_in_each_turn_and_counted_once_for_each() -> None:
    board = Board(takes_seconds=3.4)
    async with probing(board, ATTIC, is_polled=True) as probes:
        await asyncio.sleep(59)
        polls = probes.store.view("attic").polls_total
        assert polls == len(board.ended_seconds) == pytest.approx(12, abs=1)


@virtually
async def test_a_client_that_leaves_fails_no_other_and_ends_no_request() -> None:
    board = Board(takes_seconds=1.0)
    async with probing(board, ATTIC) as probes:
        leaving = asyncio.create_task(probes.prober.probe("attic", 4.5))
        await asyncio.sleep(0.2)
        staying = asyncio.create_task(probes.prober.probe("attic", 4.5))
        await asyncio.sleep(0.2)
        leaving.cancel()
        assert (await staying).outcome == GOOD
        assert leaving.cancelled()
        alone = asyncio.create_task(probes.prober.probe("attic", 4.5))
        alone.cancel()
        await asyncio.sleep(1)
        assert (await probes.prober.probe("attic", 4.5)).outcome == GOOD
    assert len(board.begun_seconds) == 1


@virtually
async def test_the_address_of_a_device_with_a_name_is_that_device() -> None:
    board = Board()
    attic = evolve(ATTIC, url="http://attic.test:8080/")
    hosts = {"10.0.0.7": ["other.test", "attic.test"]}
    around = probing(
        board,
        attic,
        networks=["10.0.0.0/8"],
        ports=(80, 8080),
        hosts_at=lambda address: hosts.get(address, ()),
    )
    async with around as probes:
        probed = await probes.prober.probe("10.0.0.7:8080", 9.5)
        assert (probed.device, probed.outcome) == (attic, GOOD)
        assert (await probes.prober.probe("10.0.0.7", 9.5)).device != attic
    assert board.urls == [attic.url, "http://10.0.0.7/"]


@virtually
async def test_the_address_of_a_configured_device_is_that_device() -> None:
    board = Board(takes_seconds=4.0)
    slow = evolve(ATTIC, timeout_seconds=5.0)
    async with probing(board, slow, networks=["10.0.0.0/8"]) as probes:
        probed = await probes.prober.probe("http://10.0.0.7:80", 9.5)
        assert (probed.device, probed.outcome) == (slow, GOOD)
        assert (
            await probes.prober.probe("attic", 9.5)
        ).answered_by is AnsweredBy.LATELY
