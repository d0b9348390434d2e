"""In: what the driver says of the link. Out: a link that is up, or being mended."""

import asyncio
import itertools
from collections.abc import Awaitable, Callable

import pytest

from picotemp.log import Log
from picotemp.settings import Settings
from picotemp.supervision import supervise
from picotemp.wifi import JOIN_MS, Link

from .fake_chip import UP, FakeChip
from .serial_line import events
from .virtual_time import in_virtual_time

JOINING, NO_ADDRESS = 1, 2
Capsys = pytest.CaptureFixture[str]


@pytest.fixture
def link(chip: FakeChip, settings: Settings, log: Log) -> Link:
    return Link(chip, settings, log)


def live(link: Link, seconds: float, then: Callable[[], Awaitable[None]]) -> None:
    """Let the link live so long, then something happen."""

    async def life() -> None:
        work = asyncio.create_task(link.run())
        await asyncio.sleep(seconds)
        await then()
        work.cancel()
        await asyncio.gather(work, return_exceptions=True)

    in_virtual_time(life())


async def nothing() -> None:
    pass


def test_country_and_hostname_are_told_before_the_first_join(
    chip: FakeChip, link: Link
) -> None:
    live(link, 5, nothing)
    assert [(name, words) for _, name, words in chip.calls] == [
        ("radio_on", ("XX", "picotemp")),
        ("join", ("attic", "the secret word")),
    ]


def test_a_link_that_comes_up_is_told(
    chip: FakeChip, link: Link, capsys: Capsys
) -> None:
    chip.status = lambda ms: UP if ms > 2500 else NO_ADDRESS if ms > 1500 else JOINING

    async def check() -> None:
        assert link.is_up
        assert chip.times_of("leave") == []

    live(link, 2.4, nothing)
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
def test_a_failure_is_told_at_once_and_tried_again(
    chip: FakeChip, link: Link, capsys: Capsys, status: int, reason: str
) -> None:
    chip.status = lambda ms: status if ms > 300 else JOINING
    live(link, 1.5, nothing)
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
def test_a_driver_that_is_stuck_is_given_up_after_20_seconds(
    chip: FakeChip, link: Link, capsys: Capsys, status: int, reason: str
) -> None:
    chip.status = lambda _: status
    live(link, 22, nothing)
    told = events(capsys.readouterr().out, "join_failed")
    assert [line["reason"] for line in told] == [reason]
    assert float(told[0]["t"]) == pytest.approx(JOIN_MS / 1000, abs=0.3)
    assert JOIN_MS == 20_000
    assert len(chip.times_of("join")) == 2


def test_it_leaves_before_it_joins_again(chip: FakeChip, link: Link) -> None:
    chip.status = lambda _: -1
    live(link, 60, nothing)
    names = [name for _, name, _ in chip.calls[1:]]
    assert names[:6] == ["join", "leave"] * 3
    assert len(chip.times_of("radio_on")) == 1


@pytest.mark.parametrize(("jitter", "factor"), [(0.0, 0.5), (1.0, 1.0), (0.5, 0.75)])
def test_the_pauses_grow_to_a_bound_and_differ_from_board_to_board(
    chip: FakeChip, link: Link, jitter: float, factor: float
) -> None:
    chip.jitter_now = jitter
    chip.status = lambda _: -3
    live(link, 600, nothing)
    times = chip.times_of("join")
    pauses = [(b - a) / 1000 for a, b in itertools.pairwise(times)]
    expected = [factor * pause for pause in (1, 2, 4, 8, 16, 30, 30, 30)]
    assert pauses[:8] == pytest.approx(expected, abs=0.01)
    assert max(pauses) == pytest.approx(30 * factor, abs=0.01)


def test_a_lost_link_is_joined_again_at_once(
    chip: FakeChip, link: Link, capsys: Capsys
) -> None:
    async def lose() -> None:
        chip.status = lambda ms: UP if 2_000 < ms < 9_000 else JOINING
        await asyncio.sleep(0.6)
        assert not link.is_up
        await asyncio.sleep(2)
        assert link.is_up

    live(link, 10, lose)
    assert [name for _, name, _ in chip.calls[1:]] == ["join", "leave", "join"]
    lost = events(capsys.readouterr().out, "link_lost")
    assert len(lost) == 1
    assert float(lost[0]["t"]) <= 10.6


@pytest.mark.parametrize("status", [-3, -2, -1, 0, JOINING, NO_ADDRESS])
def test_every_status_but_up_is_a_lost_link(
    chip: FakeChip, link: Link, status: int
) -> None:
    async def lose() -> None:
        assert link.is_up
        chip.status = lambda _: status
        await asyncio.sleep(0.6)
        assert not link.is_up

    live(link, 5, lose)


def test_a_wrong_password_that_was_mended_counts_no_more(
    chip: FakeChip, link: Link
) -> None:
    async def mend_then_break() -> None:
        chip.status = lambda _: UP
        await asyncio.sleep(31)
        assert link.is_up
        chip.calls.clear()
        chip.status = lambda _: -3
        await asyncio.sleep(4)

    chip.status = lambda _: -3
    live(link, 100, mend_then_break)
    first, second, third = chip.times_of("join")[:3]
    assert second - first == pytest.approx(1000, abs=10)
    assert third - second == pytest.approx(2000, abs=10)


def test_the_password_is_never_printed(
    chip: FakeChip, link: Link, capsys: Capsys
) -> None:
    chip.status = lambda _: -3
    live(link, 100, nothing)
    assert "secret" not in capsys.readouterr().out


def test_a_driver_that_fails_is_no_link(chip: FakeChip, link: Link, log: Log) -> None:
    def broken(_: int) -> int:
        raise OSError(5)

    async def life() -> None:
        work = asyncio.create_task(supervise(link, chip, log))
        await asyncio.sleep(5)
        chip.status = broken
        await asyncio.sleep(5)
        work.cancel()
        await asyncio.gather(work, return_exceptions=True)

    in_virtual_time(life())
    assert not link.is_up
