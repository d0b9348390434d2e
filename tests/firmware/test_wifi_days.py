"""In: networks that are away, dead or silent for long. Out: a board that comes back."""

import asyncio
import itertools
from collections.abc import Callable
from functools import partial
from typing import Any

import pytest

from picotemp.log import Log
from picotemp.settings import Settings
from picotemp.wifi import QUIET_MS

from .conftest import checked
from .fake_chip import UP, FakeChip
from .link_life import WatchedLink, live, radio_calls, serve
from .serial_line import events
from .virtual_time import now_ms

HOUR_SECONDS = 3600
DAY_SECONDS = 24 * HOUR_SECONDS
NO_NETWORK, JOINING = -2, 1
NAME_SERVER, GATEWAY = "10.0.0.53", "10.0.0.1"
FRESH_MS = 3000
# When the network beyond dies, in most tests.
DEATH_MS = 100_000
DRIVER_CALLS = (
    "radio_on",
    "radio_off",
    "set_addresses",
    "join",
    "leave",
    "link_status",
    "addresses",
)
Capsys = pytest.CaptureFixture[str]


@pytest.fixture
def link(chip: FakeChip, settings: Settings, log: Log) -> WatchedLink:
    return WatchedLink(chip, settings, log)


def die(chip: FakeChip, ms: int, until_join: int = 1_000_000) -> None:
    """Let nobody answer from a time on, until a link joined so many joins later."""

    def answers(_: str) -> bool:
        joins = sum(1 for at in chip.times_of("join") if at >= ms)
        return now_ms() < ms or joins >= until_join

    chip.udp.answers = answers


def test_w10_seven_days_without_an_access_point_are_no_reset(
    chip: FakeChip, link: WatchedLink
) -> None:
    chip.status = lambda _: NO_NETWORK
    assert live(link, 7 * DAY_SECONDS) is None
    assert link.longest_gap_ms < FRESH_MS
    assert len(chip.times_of("join")) > 7 * DAY_SECONDS / 35
    # A radio that can tell works: it loses its power but once an hour.
    offs_ms = chip.times_of("radio_off")
    hours = [b - a for a, b in itertools.pairwise([0, *offs_ms])]
    assert 3_600_000 <= min(hours) <= max(hours) <= 3_631_000


def test_an_access_point_that_was_away_for_24_hours_is_joined_within_35_seconds(
    chip: FakeChip, link: WatchedLink
) -> None:
    back_ms = (24 * HOUR_SECONDS + 60) * 1000

    def while_away(ms: int) -> int:
        return NO_NETWORK if ms > 3_000 else JOINING

    def status(ms: int) -> int:
        # It comes back in the middle of a join, which fails for that.
        is_of_before = now_ms() - ms <= back_ms
        is_there = now_ms() < 60_000 or not is_of_before
        return (UP if ms > 2_000 else JOINING) if is_there else while_away(ms)

    async def come_back() -> None:
        assert not link.is_up
        await asyncio.sleep(35 + 2.5)
        assert link.is_up

    chip.status = status
    assert live(link, back_ms / 1000, come_back) is None
    assert link.longest_gap_ms < FRESH_MS


def test_a_radio_that_never_says_why_is_reset_after_15_minutes_without_requests(
    chip: FakeChip, link: WatchedLink
) -> None:
    chip.status = lambda _: JOINING
    restarted_ms = live(link, HOUR_SECONDS)
    assert restarted_ms is not None
    assert QUIET_MS <= restarted_ms <= QUIET_MS + 35_000
    assert QUIET_MS == 900_000
    assert {"leave", "radio_off"} <= set(radio_calls(chip))


@pytest.mark.parametrize("offset_ms", range(0, 10_000, 1_700))
def test_w1_a_link_that_is_up_but_dead_is_found_and_joined_again(
    chip: FakeChip, link: WatchedLink, capsys: Capsys, offset_ms: int
) -> None:
    died_ms = DEATH_MS + offset_ms
    die(chip, died_ms, until_join=1)
    live(link, 600)
    out = capsys.readouterr().out
    (dead,) = events(out, "link_dead")
    assert float(dead["t"]) * 1000 - died_ms <= 90_000
    joined = events(out, "joined")
    assert len(joined) == 2
    assert float(joined[1]["t"]) * 1000 - died_ms <= 120_000
    assert radio_calls(chip) == ["radio_on", "join", "join"]


@pytest.mark.parametrize("dead", [NAME_SERVER, GATEWAY])
def test_one_host_that_falls_silent_is_no_dead_link(
    chip: FakeChip, link: WatchedLink, dead: str
) -> None:
    chip.udp.answers = lambda host: host != dead or now_ms() < DEATH_MS
    assert live(link, HOUR_SECONDS) is None
    assert len(chip.times_of("join")) == 1


@pytest.mark.parametrize("has_requests", [True, False])
def test_where_no_host_ever_answers_nothing_is_done_for_24_hours(
    chip: FakeChip, link: WatchedLink, has_requests: bool
) -> None:
    chip.udp.answers = lambda _: False
    day = (
        serve(link, 60, 24 * 60)
        if has_requests
        else partial(asyncio.sleep, DAY_SECONDS)
    )
    assert live(link, 1, day) is None
    assert radio_calls(chip) == ["radio_on", "join"]


def test_a_request_counts_as_a_reply(chip: FakeChip, link: WatchedLink) -> None:
    die(chip, DEATH_MS)
    assert live(link, 1, serve(link, 50, 72)) is None
    assert len(chip.times_of("join")) == 1


def test_a_suspicion_climbs_the_ladder_to_one_reset(
    chip: FakeChip, link: WatchedLink, settings: Settings, log: Log
) -> None:
    die(chip, DEATH_MS)
    restarted_ms = live(link, HOUR_SECONDS)
    assert restarted_ms is not None
    assert QUIET_MS <= restarted_ms <= QUIET_MS + 65_000
    names = radio_calls(chip)
    rungs = ["join", "leave", "join", "radio_off", "radio_on", "join"]
    assert names[:8] == ["radio_on", "join", *rungs]
    chip.calls.clear()
    chip.udp.answers = lambda _: False
    assert live(WatchedLink(chip, settings, log), HOUR_SECONDS) is None
    assert radio_calls(chip) == ["radio_on", "join"]


@pytest.mark.parametrize("until_join", [1, 2, 3, 4])
def test_a_suspicion_ends_with_the_first_sign_of_life(
    chip: FakeChip, link: WatchedLink, until_join: int
) -> None:
    die(chip, DEATH_MS, until_join)
    assert live(link, HOUR_SECONDS) is None
    assert len(chip.times_of("join")) == 1 + until_join


def test_no_reset_within_15_minutes_of_a_request(
    chip: FakeChip, link: WatchedLink
) -> None:
    served_ms = 3_600_000
    die(chip, served_ms + 10_000)

    async def serve_once() -> None:
        link.note_request()
        await asyncio.sleep(HOUR_SECONDS)

    restarted_ms = live(link, served_ms / 1000, serve_once)
    assert restarted_ms is not None
    assert 0 <= restarted_ms - served_ms - QUIET_MS <= 65_000


def test_a_suspicion_that_the_driver_explains_is_none(
    chip: FakeChip, link: WatchedLink
) -> None:
    """The access point was going away; on the one that comes back nobody answers."""
    die(chip, DEATH_MS)
    chip.status = lambda ms: (
        NO_NETWORK if ms < 1_000 and DEATH_MS < now_ms() < 4 * DEATH_MS else UP
    )
    assert live(link, HOUR_SECONDS) is None
    assert max(chip.times_of("join")) < 5 * DEATH_MS


def test_a_changed_address_is_told_and_nothing_is_done(
    chip: FakeChip, link: WatchedLink, capsys: Capsys
) -> None:
    async def change() -> None:
        chip.addresses_now = ("10.0.0.8", *chip.addresses_now[1:])
        chip.udp.answers = lambda _: False
        await asyncio.sleep(600)

    live(link, 100, change)
    told = events(capsys.readouterr().out, "address_changed")
    assert [line["address"] for line in told] == ["10.0.0.8"]
    assert radio_calls(chip) == ["radio_on", "join"]


@pytest.mark.parametrize("cost_ms", [20, 40])
def test_no_turn_of_the_loop_calls_the_driver_twice(
    chip: FakeChip, log: Log, cost_ms: int
) -> None:
    """Each call of the driver costs time, so there is one at most in a turn."""
    stalls_ms: list[int] = [0]

    def charged(call: Callable[..., Any]) -> Callable[..., Any]:
        def charge(*arguments: object) -> object:
            chip.later_ms += cost_ms
            if stalls_ms[-1] == 0:
                asyncio.get_running_loop().call_soon(stalls_ms.append, 0)
            stalls_ms[-1] += cost_ms
            return call(*arguments)

        return charge

    for name in DRIVER_CALLS:
        setattr(chip, name, charged(getattr(chip, name)))
    chip.udp.send = charged(chip.udp.send)  # type: ignore[method-assign]
    chip.status = lambda ms: JOINING if ms < 2_000 else UP if now_ms() < 100_000 else -1
    die(chip, 20_000)
    settings = checked({"ssid": "attic", "address": "10.0.0.9", "gateway": GATEWAY})
    live(WatchedLink(chip, settings, log), 200)
    assert len(stalls_ms) > 100
    assert {name for _, name, _ in chip.calls} >= set(DRIVER_CALLS[:5])
    assert max(stalls_ms) == cost_ms
