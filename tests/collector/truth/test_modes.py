"""In: every way to go wrong. Out: the one reason for it, by either client, at once."""

import pytest

from collector.asking import failure_of
from collector.exposed import of, samples_of, temperatures, text_of
from collector.fake_clock import FakeClock
from collector.running import device
from collector.truth.board import Board, good_board
from collector.truth.modes import MODES
from conftest import Places
from picotemp.payload import Reading
from picotemp_collector.devices.client import Client
from picotemp_collector.errors import Failure, FailureReason
from picotemp_collector.metrics.format import Format
from picotemp_collector.readings.store import Store

# What says nothing is waited for; with the others a busy machine may take its time.
SLOW = (FailureReason.TIMEOUT, FailureReason.BUSY, FailureReason.DNS)


def test_there_are_at_least_20_modes_and_every_reason_has_one() -> None:
    reasons = {mode.reason for mode in MODES.values()}
    assert len(MODES) >= 20
    assert set(FailureReason) - reasons == {FailureReason.INTERNAL}


@pytest.mark.parametrize("name", MODES)
async def test_every_mode_has_its_one_reason(
    name: str, client: Client, new_place: Places
) -> None:
    mode = MODES[name]
    async with good_board(0, new_place().address) as board:
        seconds = 0.3 if mode.reason in SLOW else 20
        asked = device(url=mode.url_of(board), timeout_seconds=seconds)
        if mode.url is None:
            assert (await client.read(asked)).celsius == told_by(board)
        mode.begin(board)
        if mode.reason is None:
            assert (await client.read(asked)).celsius == told_by(board)
        else:
            assert (await failure_of(client, asked)).reason is mode.reason


def told_by(board: Board) -> float | None:
    return board.truth[-1][1]


@pytest.mark.parametrize("reason", FailureReason)
async def test_the_value_leaves_with_the_poll_that_failed(
    reason: FailureReason, clock: FakeClock
) -> None:
    store = Store([device("attic"), device("den")], clock.clock, 60.0)
    store.record_reading("attic", Reading(27.04, 80.67), 0.1)
    store.record_reading("den", Reading(5.0, 41.0), 0.1)
    store.record_failure("attic", Failure(reason, "why"), 0.1)
    for text_format in Format:
        samples = samples_of(await text_of(store, clock, text_format), text_format)
        assert temperatures(samples) == {"den"}
        assert samples[of("pico_up", "attic")] == 0
        failures = of("pico_poll_failures_total", "attic", reason=str(reason))
        assert samples[failures] == 1


@pytest.mark.parametrize("jump_seconds", [-(10**9), -3600.0, 3600.0, 10**9])
async def test_a_calendar_that_jumps_neither_ages_nor_renews_a_reading(
    jump_seconds: float, clock: FakeClock
) -> None:
    store = Store([device("attic")], clock.clock, 60.0)
    store.record_reading("attic", Reading(27.04, 80.67), 0.1)
    clock.unix_seconds += jump_seconds
    assert temperatures(samples_of(await text_of(store, clock))) == {"attic"}
    clock.now_seconds += device().fresh_for_seconds + 0.001
    assert temperatures(samples_of(await text_of(store, clock))) == set()
