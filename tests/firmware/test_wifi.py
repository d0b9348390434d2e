"""In: what the driver says of the link. Out: a link that is up, or being mended."""

import asyncio
import itertools
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import picotemp
from picotemp.chip import Chip
from picotemp.log import Log
from picotemp.settings import Settings
from picotemp.wifi import JOIN_MS, Link

from .conftest import checked
from .fake_chip import UP, FakeChip
from .link_life import WatchedLink, live, radio_calls
from .serial_line import events
from .virtual_time import now_ms

JOINING, NO_ADDRESS = 1, 2
Capsys = pytest.CaptureFixture[str]
STATIC: dict[str, object] = {"address": "10.0.0.9", "gateway": "10.0.0.1"}


@pytest.fixture
def link(chip: FakeChip, settings: Settings, log: Log) -> WatchedLink:
    return WatchedLink(chip, settings, log)


@pytest.fixture
def static_link(chip: FakeChip, log: Log) -> Link:
    return Link(chip, checked({"ssid": "attic"} | STATIC), log)


def test_w5_country_and_hostname_are_told_before_the_first_join(
    chip: FakeChip, link: Link
) -> None:
    live(link, 5)
    assert [(name, words) for _, name, words in chip.calls] == [
        ("radio_on", ("XX", "picotemp")),
        ("join", ("attic", "the secret word")),
    ]


def test_w6_whenever_the_radio_is_switched_on_it_is_set_up_before_the_join(
    chip: FakeChip, static_link: Link
) -> None:
    chip.status = lambda _: -1
    live(static_link, 60)
    names = radio_calls(chip)
    assert names[:5] == ["radio_on", "set_addresses", "join", "leave", "join"]
    again = ["radio_off", "radio_on", "set_addresses", "join"]
    assert names[5:13] == again * 2


def test_the_gateway_is_the_name_server_where_none_is_set(
    chip: FakeChip, static_link: Link
) -> None:
    live(static_link, 5)
    expected = ("10.0.0.9", "255.255.255.0", "10.0.0.1", "10.0.0.1")
    assert [words for _, name, words in chip.calls if name == "set_addresses"] == [
        expected
    ]


def test_w7_nothing_ever_scans() -> None:
    assert not hasattr(Chip, "scan")
    sources = list(Path(picotemp.__file__).parent.glob("*.py"))
    assert [path.name for path in sources if ".scan(" in path.read_text()] == []
    assert len(sources) > 10


def test_a_link_that_comes_up_is_told(
    chip: FakeChip, link: Link, capsys: Capsys
) -> None:
    chip.status = lambda ms: UP if ms > 2500 else NO_ADDRESS if ms > 1500 else JOINING

    async def check() -> None:
        assert link.is_up

    live(link, 2.4)
    assert not link.is_up
    live(link, 2.7, check)
    joined = events(capsys.readouterr().out, "joined")
    assert [line["address"] for line in joined] == ["10.0.0.7"]


@pytest.mark.parametrize(
    ("status", "reason"),
    [
        (-3, "wrong_password"),
        (-2, "network_not_found"),
        (-1, "connect_failed"),
        (-7, "status_-7"),
    ],
)
def test_w3_a_failure_is_told_at_once_and_tried_again(
    chip: FakeChip, link: Link, capsys: Capsys, status: int, reason: str
) -> None:
    chip.status = lambda ms: status if ms > 300 else JOINING
    live(link, 1.6)
    told = events(capsys.readouterr().out, "join_failed")
    assert [line["reason"] for line in told] == [reason]
    assert told[0]["level"] == "warning"
    assert 0.3 < float(told[0]["t"]) <= 0.5
    assert len(chip.times_of("join")) == 2
    assert not link.is_up


@pytest.mark.parametrize(
    ("status", "reason"),
    [(0, "down"), (JOINING, "joining_timed_out"), (NO_ADDRESS, "no_address")],
)
def test_w2_a_driver_that_says_joining_for_ever_is_given_up_after_20_seconds(
    chip: FakeChip, link: WatchedLink, capsys: Capsys, status: int, reason: str
) -> None:
    chip.status = lambda _: status
    live(link, 22)
    told = events(capsys.readouterr().out, "join_failed")
    assert [line["reason"] for line in told] == [reason]
    assert float(told[0]["t"]) == pytest.approx(JOIN_MS / 1000, abs=0.3)
    assert JOIN_MS == 20_000
    assert len(chip.times_of("join")) == 2
    assert link.longest_gap_ms <= 1000


@pytest.mark.parametrize(("jitter", "factor"), [(0.0, 0.5), (1.0, 1.0), (0.5, 0.75)])
def test_the_pauses_grow_to_a_bound_and_differ_from_board_to_board(
    chip: FakeChip, link: WatchedLink, jitter: float, factor: float
) -> None:
    chip.jitter_now = jitter
    chip.status = lambda _: -3
    live(link, 600)
    rounds = [b - a for a, b in itertools.pairwise(chip.times_of("join"))]
    expected = [factor * pause + 100 for pause in (1e3, 2e3, 4e3, 8e3, 16e3)]
    assert rounds[:5] == pytest.approx(expected, abs=10)
    assert rounds[5:8] == pytest.approx([29_900 * factor + 100] * 3, abs=10)
    assert max(rounds) <= 30_000
    assert link.longest_gap_ms <= 1000


def test_attempts_that_take_long_are_no_further_apart(
    chip: FakeChip, link: Link
) -> None:
    chip.status = lambda _: JOINING
    live(link, 600)
    rounds = [b - a for a, b in itertools.pairwise(chip.times_of("join"))]
    assert max(rounds) <= 30_000


@pytest.mark.parametrize("status", [-3, -2, -1, 0, JOINING, NO_ADDRESS])
def test_w2_every_status_but_up_is_a_lost_link_and_joined_again_at_once(
    chip: FakeChip, link: Link, capsys: Capsys, status: int
) -> None:
    async def lose() -> None:
        chip.status = lambda ms: UP if 2_000 < ms < 39_000 else status
        await asyncio.sleep(0.6)
        assert not link.is_up

    live(link, 40, lose)
    assert radio_calls(chip) == ["radio_on", "join", "join"]
    lost = events(capsys.readouterr().out, "link_lost")
    assert len(lost) == 1
    assert float(lost[0]["t"]) <= 40.6


def test_links_after_the_first_are_counted(chip: FakeChip, link: Link) -> None:
    chip.status = lambda ms: UP if 1_000 < ms < 34_000 else JOINING
    counted: list[int] = []

    async def count() -> None:
        for _ in range(3):
            counted.append(link.reconnects_total)
            await asyncio.sleep(34.5)

    live(link, 5, count)
    assert counted == [0, 1, 2]


def test_w4_a_wrong_password_after_a_good_join_is_not_final_and_restarts_the_radio(
    chip: FakeChip, link: Link
) -> None:
    """The radio keeps keys of an earlier join; only switching it off forgets them."""

    async def refuse() -> None:
        assert link.is_up
        chip.status = lambda _: UP if chip.times_of("radio_off") else -3
        await asyncio.sleep(3600 + 35)
        assert link.is_up

    live(link, 5000, refuse)
    assert radio_calls(chip)[:5] == ["radio_on", "join", "join", "leave", "join"]
    assert radio_calls(chip)[-3:] == ["radio_off", "radio_on", "join"]


def test_failures_that_were_mended_count_no_more(chip: FakeChip, link: Link) -> None:
    async def mend_then_break() -> None:
        chip.status = lambda _: UP
        await asyncio.sleep(62)
        assert link.is_up
        chip.calls.clear()
        chip.status = lambda _: -1
        await asyncio.sleep(4)

    chip.status = lambda _: -3
    live(link, 100, mend_then_break)
    assert radio_calls(chip)[:5] == ["join", "leave", "join", "radio_off", "radio_on"]
    first, second, third = chip.times_of("join")[:3]
    assert second - first == pytest.approx(1100, abs=10)
    assert third - second == pytest.approx(2100, abs=10)


def test_the_password_is_never_printed(
    chip: FakeChip, link: Link, capsys: Capsys
) -> None:
    chip.status = lambda _: -3
    live(link, 100)
    assert "secret" not in capsys.readouterr().out


@pytest.mark.parametrize(
    "call", ["radio_on", "join", "link_status", "addresses", "set_addresses"]
)
def test_a_driver_that_raises_is_a_failure_and_no_end(
    chip: FakeChip, static_link: Link, capsys: Capsys, call: str
) -> None:
    works: Callable[..., Any] = getattr(chip, call)

    def raise_for_a_minute(*arguments: object) -> object:
        if now_ms() < 60_000:
            raise OSError(5)
        return works(*arguments)

    setattr(chip, call, raise_for_a_minute)

    async def check() -> None:
        assert static_link.is_up

    live(static_link, 95, check)
    told = events(capsys.readouterr().out, "join_failed")
    assert {line["reason"] for line in told} == {"driver_error"}
    assert len(told) in range(6, 9)
