"""In: probes with little time, of boards that take more. Out: answers in time."""

import asyncio
from ipaddress import ip_network

import pytest
from attrs import evolve
from hypothesis import given
from hypothesis import strategies as st

from collector.exposed import samples_of
from collector.probing import GOOD, Board, probing, virtually
from collector.running import device
from collector.virtual_time import now_seconds, run_virtually
from picotemp_collector.config.shapes import (
    Age,
    PollSettings,
    ProbeSettings,
    Seconds,
)
from picotemp_collector.devices.address import Addresses
from picotemp_collector.devices.guard import MOST_LOOKUPS
from picotemp_collector.errors import RequestError
from picotemp_collector.metrics.format import Format
from picotemp_collector.metrics.probe_text import probe_text
from picotemp_collector.metrics.scrape_timeout import time_to_answer
from picotemp_collector.readings.probed import AnsweredBy

ATTIC = device("attic", "http://10.0.0.7/")
CELLAR = device("cellar", "http://cellar.test/")
JUNK = st.sampled_from(["NaN", "inf", "-inf", "-1", "1e400", "", "abc", "0", "1e-9"])


async def forever(_host: str) -> Addresses:
    await asyncio.Event().wait()
    return ()


@virtually
async def test_a_probe_without_time_leaves_and_the_request_goes_on_for_the_next() -> (
    None
):
    board = Board(takes_seconds=2.0)
    async with probing(board, ATTIC) as probes:
        hasty = await probes.prober.probe("attic", 0.27)
        assert (hasty.outcome, hasty.answered_by) == (None, AnsweredBy.NOBODY)
        assert now_seconds() == pytest.approx(1000.27)
        assert not probes.store.view("attic").failures, "it is no failed poll"
        hastier = await probes.prober.probe("attic", 0.27)
        assert hastier.outcome is None
        patient = await probes.prober.probe("attic", 4.5)
        assert (patient.outcome, patient.answered_by) == (GOOD, AnsweredBy.SHARED)
        assert now_seconds() == pytest.approx(1002)
        assert (await probes.prober.probe("attic", 0.27)).outcome == GOOD
        assert len(probes.history.past(ATTIC.url).results) == 1
    assert len(board.begun_seconds) == 1


@given(
    st.floats(0.2, 120).map(str) | st.none() | JUNK,
    st.sampled_from([0.02, 0.1, 0.3, 0.5, 1.0, 3.4, 3.6, 8.0, 60.0]),
)
def test_whatever_the_header_and_the_delay_the_answer_is_there_before_the_deadline(
    header: str | None, delay_seconds: float
) -> None:
    time = time_to_answer(header)
    told_seconds = 10.0 if header is None or time.ignored else float(header)

    async def probe() -> None:
        board = Board(takes_seconds=delay_seconds)
        async with probing(board, ATTIC) as probes:
            probed = await probes.prober.probe("attic", time.seconds)
        took_seconds = now_seconds() - 1000
        samples = samples_of(probe_text(probed, Format.TEXT).decode())
        success = samples["probe_success", ()]
        ends_seconds = min(delay_seconds, ATTIC.timeout_seconds)
        assert took_seconds < told_seconds
        assert took_seconds == pytest.approx(min(ends_seconds, time.seconds), abs=1e-6)
        assert success == (delay_seconds < min(time.seconds, 3.5))

    run_virtually(probe())


@pytest.mark.parametrize("target", ["attic", "cellar", "strange.test"])
def test_neither_the_line_for_a_place_nor_a_resolver_makes_a_probe_late(
    target: str,
) -> None:
    async def probe() -> None:
        board = Board(takes_seconds=60.0)
        slow = [evolve(each, timeout_seconds=60.0) for each in (ATTIC, CELLAR)]
        around = probing(
            board, *slow, networks=["10.0.0.0/8"], find_host=forever, places=1
        )
        async with around as probes:
            holding = device("holding", "http://10.0.0.1/", timeout_seconds=60.0)
            taken = asyncio.create_task(probes.asker.ask(holding))
            await asyncio.sleep(0.1)
            probed = await probes.prober.probe(target, 0.45)
            assert (probed.outcome, probed.answered_by) == (None, AnsweredBy.NOBODY)
            assert now_seconds() == pytest.approx(1000.55)
            taken.cancel()

    run_virtually(probe())


@virtually
async def test_only_so_many_addresses_are_probed_at_once() -> None:
    board = Board(takes_seconds=3.0)
    around = probing(board, ATTIC, networks=["10.0.0.0/8"], places=16)
    async with around as probes:
        for last in (1, 2, 1):
            await probes.prober.probe(f"10.1.0.{last}", 0.1)
        with pytest.raises(RequestError) as raised:
            await probes.prober.probe("10.1.0.3", 0.1)
        assert raised.value.status == 503
        assert (await probes.prober.probe("attic", 4.5)).outcome == GOOD
        assert (await probes.prober.probe("10.1.0.3", 4.5)).outcome == GOOD
    assert len(board.begun_seconds) == 4


@virtually
async def test_only_so_many_names_of_strangers_are_looked_up_at_once() -> None:
    around = probing(Board(), networks=["10.0.0.0/8"], find_host=forever)
    async with around as probes:
        for number in range(MOST_LOOKUPS):
            await probes.prober.probe(f"name-{number}.test", 0.01)
        assert (await probes.prober.probe("name-0.test", 0.01)).outcome is None
        with pytest.raises(RequestError) as raised:
            await probes.prober.probe("another.test", 0.01)
        assert raised.value.status == 503


@virtually
async def test_a_request_that_nobody_waits_for_ends_with_the_collector() -> None:
    board = Board(takes_seconds=3.0)
    async with probing(board, ATTIC) as probes:
        await probes.prober.probe("attic", 0.1)
        assert board.in_flight == 1
    assert board.in_flight == 0
    assert now_seconds() < 1001


@virtually
async def test_how_long_a_stranger_has_follows_a_reload() -> None:
    board = Board(takes_seconds=60.0)
    async with probing(board, networks=["10.0.0.0/8"]) as probes:
        await probes.prober.probe("10.1.0.1", 9.5)
        for seconds in (1.0, 2.0):
            probes.turn_to(
                PollSettings(timeout_seconds=Seconds(seconds)),
                ProbeSettings(Age(0.0), (ip_network("10.0.0.0/8"),)),
            )
            await asyncio.sleep(1)
            await probes.prober.probe("10.1.0.1", 9.5)
            taken_seconds = board.ended_seconds[-1] - board.begun_seconds[-1]
            assert taken_seconds == pytest.approx(seconds)
