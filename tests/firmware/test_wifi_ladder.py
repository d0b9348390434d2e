"""In: failures of all kinds, one after the other. Out: the rung that each deserves."""

import asyncio
import itertools
from collections.abc import Callable
from typing import Any

import pytest

from picotemp.chip import Datagrams
from picotemp.log import Log
from picotemp.settings import Settings
from picotemp.wifi import QUIET_MS

from .conftest import checked
from .fake_chip import UP, FakeChip
from .link_life import WatchedLink, live, radio_calls, serve
from .serial_line import events
from .virtual_time import now_ms

NO_NETWORK, FAILED, JOINING, NO_ADDRESS = -2, -1, 1, 2
HOUR_SECONDS = 3600
ROUND_MS = 35_000
GATEWAY = "10.0.0.1"
Capsys = pytest.CaptureFixture[str]
Status = Callable[[int], int]


@pytest.fixture
def link(chip: FakeChip, settings: Settings, log: Log) -> WatchedLink:
    return WatchedLink(chip, settings, log)


def broken(_: int) -> int:
    raise OSError(5)


@pytest.mark.parametrize(
    "then", [lambda _: JOINING, lambda _: NO_ADDRESS, lambda _: FAILED, broken]
)
def test_w2_what_a_radio_said_once_protects_it_for_15_minutes_only(
    chip: FakeChip, link: WatchedLink, then: Status
) -> None:
    """A router restarts; the radio sees that it is away, and then gets stuck."""
    stuck_ms = 3_660_000
    chip.status = lambda ms: (
        UP if now_ms() < 3.6e6 else NO_NETWORK if now_ms() < stuck_ms else then(ms)
    )
    restarted_ms = live(link, 7 * 24 * HOUR_SECONDS)
    assert restarted_ms is not None
    assert QUIET_MS - ROUND_MS <= restarted_ms - stuck_ms <= QUIET_MS + ROUND_MS
    assert min(chip.times_of("radio_off")) - stuck_ms <= 2 * ROUND_MS
    assert link.longest_gap_ms <= 1000


def test_w3_no_address_explains_no_dead_link(chip: FakeChip, link: WatchedLink) -> None:
    """The radio hears nothing: neither the replies nor, later, the DHCP server."""
    dead_ms = 100_000
    chip.udp.answers = lambda _: now_ms() < dead_ms
    chip.status = lambda _: NO_ADDRESS if chip.times_of("radio_off") else UP
    restarted_ms = live(link, HOUR_SECONDS)
    assert restarted_ms is not None
    assert QUIET_MS <= restarted_ms <= QUIET_MS + ROUND_MS


@pytest.mark.parametrize("served", [True, False])
def test_w3_a_link_that_drops_at_once_climbs_like_none(
    chip: FakeChip, link: WatchedLink, served: bool
) -> None:
    chip.status = lambda ms: (
        JOINING if ms < 100 else UP if ms < 28_000 * served + 700 else FAILED
    )
    restarted_ms = live(link, 1, serve(link, 500, 7) if served else serve(link, 1e4, 1))
    joins_ms = chip.times_of("join")
    assert len(joins_ms) <= 3600 / 30 + 5
    assert link.reconnects_total == len(joins_ms) - 1
    assert radio_calls(chip)[:6] == [
        *("radio_on", "join", "leave", "join", "radio_off", "radio_on")
    ]
    if served:
        assert restarted_ms is None
    else:
        assert restarted_ms is not None
        assert QUIET_MS <= restarted_ms <= QUIET_MS + ROUND_MS


def test_a_link_that_had_lasted_is_joined_again_at_once_each_time(
    chip: FakeChip, link: WatchedLink, capsys: Capsys
) -> None:
    chip.status = lambda ms: UP if ms < 31_000 else FAILED
    assert live(link, HOUR_SECONDS) is None
    assert set(radio_calls(chip)[1:]) == {"join"}
    joins_ms = chip.times_of("join")
    rounds_ms = [b - a for a, b in itertools.pairwise(joins_ms)]
    assert max(rounds_ms) <= 31_600
    assert link.reconnects_total == len(joins_ms) - 1
    assert events(capsys.readouterr().out, "join_failed") == []


def test_a_host_that_answers_but_the_first_question_is_asked_ever_more_patiently(
    chip: FakeChip, link: WatchedLink, capsys: Capsys
) -> None:
    asked: set[tuple[str, int]] = set()
    good_ms, dead_ms = 3_600_000, 4_600_000

    def answers(host: str) -> bool:
        question = (host, len(chip.times_of("join")))
        is_first = question not in asked
        asked.add(question)
        return now_ms() < dead_ms if now_ms() >= good_ms else is_first

    chip.udp.answers = answers
    assert live(link, dead_ms / 1000 + 90) is None
    told = events(capsys.readouterr().out, "link_dead")
    dead = [float(line["t"]) * 1000 for line in told]
    assert len([ms for ms in dead if ms < good_ms]) <= 10
    assert "leave" not in radio_calls(chip)
    # Once a host answers for good, a dead link is found as fast as ever.
    assert dead_ms <= dead[-1] <= dead_ms + 90_000


@pytest.mark.parametrize("from_ms", [0, 100_000])
def test_silence_is_no_evidence_where_nothing_can_be_sent(
    chip: FakeChip, link: WatchedLink, from_ms: int
) -> None:
    opened: list[int] = []
    refused: list[int] = []
    send = chip.udp.send

    def refuse(payload: bytes, address: str, port: int) -> None:
        if now_ms() >= from_ms:
            refused.append(now_ms())
            raise OSError(9)
        send(payload, address, port)

    def open_socket() -> Datagrams:
        opened.append(now_ms())
        return chip.udp

    chip.udp.send = refuse  # type: ignore[method-assign]
    chip.datagrams = open_socket  # type: ignore[method-assign]
    assert live(link, HOUR_SECONDS) is None
    assert radio_calls(chip) == ["radio_on", "join"]
    # A socket that cannot send is closed; the next question opens one anew.
    assert opened[1:] == refused[1:]
    assert len(refused) >= (HOUR_SECONDS * 1000 - from_ms) // 10_500


@pytest.mark.parametrize("silent_seconds", [35, HOUR_SECONDS])
def test_a_host_that_cannot_be_sent_to_says_nothing_of_the_others(
    chip: FakeChip, link: WatchedLink, silent_seconds: int
) -> None:
    def answers(host: str) -> bool:
        if host == GATEWAY:
            raise OSError(113)
        return not 100_000 <= now_ms() < 100_000 + silent_seconds * 1000

    def close() -> None:
        while chip.udp.receive():
            pass  # a closed socket forgets what it had received

    chip.udp.answers = answers
    chip.udp.close = close  # type: ignore[method-assign]
    assert live(link, 200) is None
    assert len(chip.times_of("join")) == (1 if silent_seconds == 35 else 2)


def raise_until(chip: FakeChip, call: str, end_ms: int) -> None:
    """Let one of the chip's calls do its work, and raise, until a time."""
    works: Callable[..., Any] = getattr(chip, call)

    def raise_first(*arguments: object) -> object:
        result = works(*arguments)
        if now_ms() < end_ms:
            raise OSError(5)
        return result

    setattr(chip, call, raise_first)


CALLS = ("radio_on", "set_addresses", "join", "leave", "radio_off", "link_status")


@pytest.mark.parametrize("call", [*CALLS, "addresses"])
@pytest.mark.parametrize("status", [NO_NETWORK, FAILED, JOINING])
def test_whatever_call_of_the_driver_raises_the_ladder_goes_on(
    chip: FakeChip, log: Log, call: str, status: int
) -> None:
    back_ms = 600_000
    chip.status = lambda _: UP if now_ms() >= back_ms else status
    raise_until(chip, call, back_ms)
    settings = checked({"ssid": "attic", "address": "10.0.0.9", "gateway": GATEWAY})
    link = WatchedLink(chip, settings, log)

    async def check() -> None:
        await asyncio.sleep(ROUND_MS / 1000)
        assert link.is_up

    assert live(link, back_ms / 1000, check) is None
    assert link.longest_gap_ms <= 1000


@pytest.mark.parametrize("call", ["leave", "radio_off"])
def test_a_rung_that_raises_for_ever_keeps_no_network_away(
    chip: FakeChip, link: WatchedLink, call: str
) -> None:
    raise_until(chip, call, 10**9)
    chip.status = lambda _: UP if len(chip.times_of("radio_on")) == 2 else FAILED

    async def check() -> None:
        assert link.is_up

    assert live(link, 30, check) is None
    names = ["join", "leave", "join", "radio_off", "radio_on", "join"]
    assert radio_calls(chip) == ["radio_on", *names]


@pytest.mark.parametrize("call", CALLS)
def test_a_call_that_raises_for_ever_ends_in_the_reset(
    chip: FakeChip, log: Log, call: str
) -> None:
    raise_until(chip, call, 10**9)
    chip.status = lambda _: FAILED
    settings = checked({"ssid": "attic", "address": "10.0.0.9", "gateway": GATEWAY})
    restarted_ms = live(WatchedLink(chip, settings, log), HOUR_SECONDS)
    assert restarted_ms is not None
    assert QUIET_MS <= restarted_ms <= QUIET_MS + ROUND_MS
