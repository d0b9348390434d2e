"""In: clients who ask for what is ready. Out: the same as the long way, but at once."""

import asyncio

import pytest
from hypothesis import given
from hypothesis import strategies as st

from picotemp.request import CHUNK_BYTES, is_whole

from .fake_sockets import FakeClient
from .house import GET, OK, House, tell
from .http_answer import is_busy, parse
from .virtual_time import now_ms


def long_get(size: int) -> bytes:
    """Give a good request of so many bytes."""
    start, end = b"GET / HTTP/1.1\r\nX: ", b"\r\n\r\n"
    return start + b"x" * (size - len(start + end)) + end


WITH_BODY = b"GET / HTTP/1.1\r\nContent-Length: 4\r\n\r\nbody"


async def turns(client: FakeClient) -> int:
    """Count the loop's turns from being accepted to being closed."""
    while client.accepted_ms is None:  # noqa: ASYNC110 what is counted is turns
        await asyncio.sleep(0)
    count = 0
    while client.closed_ms is None:
        await asyncio.sleep(0)
        count += 1
    return count


def test_who_has_spoken_is_answered_before_the_loop_turns() -> None:
    async def story(house: House) -> None:
        await asyncio.sleep(1)
        assert await turns(house.client(GET)) > 0
        house.answerer.is_ready = True
        client = house.client(GET)
        assert await turns(client) == 0
        assert client.answered == OK

    tell(story)


@pytest.mark.parametrize("is_ready", [True, False])
@pytest.mark.parametrize("is_late", [True, False])
def test_either_way_a_request_counts_the_same(is_ready: bool, is_late: bool) -> None:
    async def story(house: House) -> None:
        house.answerer.is_ready = is_ready
        await asyncio.sleep(1)
        client = house.client() if is_late else house.client(GET)
        await asyncio.sleep(0.1)
        if is_late:
            client.say(GET)
        assert await client.end() == OK
        gate = house.gate
        assert (gate.in_service, gate.in_service_max) == (0, 1)
        assert (gate.requests_total, gate.rejected_total) == (1, 0)
        assert gate.answers_by_status == {200: 1}
        assert house.noted == [1100 if is_late else 1000]

    tell(story)


def test_the_fourth_is_refused_though_its_answer_is_ready() -> None:
    async def story(house: House) -> None:
        house.answerer.is_ready = True
        for _ in range(3):
            house.client()
        assert is_busy(parse(await house.client(GET).end()))
        assert house.gate.in_service == 3

    tell(story)


@pytest.mark.parametrize(
    "piece", [b"", GET[:7], GET * 3, WITH_BODY, WITH_BODY[:-4], long_get(CHUNK_BYTES)]
)
def test_what_is_not_one_plain_request_goes_the_long_way(piece: bytes) -> None:
    assert not is_whole(piece)


@given(st.integers(0, len(GET)))
def test_a_request_in_two_pieces_is_answered_once(cut: int) -> None:
    async def story(house: House) -> None:
        house.answerer.is_ready = True
        client = house.client(GET[:cut])
        await asyncio.sleep(0.2)
        client.say(GET[cut:])
        assert await client.end() == OK

    assert tell(story).gate.requests_total == 2  # the last one is tell()'s


def test_a_ready_answer_that_fails_is_a_500_told_once() -> None:
    async def story(house: House) -> None:
        house.answerer.is_ready = True
        house.answerer.is_broken = True
        assert parse(await house.client(GET).end()).status == 500
        assert len(house.chip.tracebacks) == 1
        assert house.gate.requests_total == 1

    tell(story)


def test_who_takes_nothing_at_once_gets_it_later() -> None:
    async def story(house: House) -> None:
        house.answerer.is_ready = True
        client = house.client(GET)
        client.can_hear.clear()
        await asyncio.sleep(2)
        assert (client.answered, house.gate.in_service) == (b"", 1)
        client.can_hear.set()
        assert await client.end() == OK
        assert now_ms() == 2000
        assert house.gate.requests_total == 1

    tell(story)


def test_who_is_lost_at_once_frees_the_slot_and_stops_nobody() -> None:
    async def story(house: House) -> None:
        house.answerer.is_ready = True
        for _ in range(9):
            client = house.client(GET)
            client.fail(ConnectionResetError(104, "reset by peer"))
            assert await client.end() == b""
        assert house.gate.in_service == 0
        assert await house.client(GET).end() == OK

    tell(story)


def test_a_request_like_the_one_before_is_still_looked_at() -> None:
    async def story(house: House) -> None:
        house.answerer.is_ready = True
        good = b"GET / HTTP/1.1\r\nHost: board\r\n\r\n"
        bad = good.replace(b":", b";")
        for _ in range(3):
            assert await house.client(good).end() == OK
            assert await house.client(good).end() == OK
            assert parse(await house.client(bad).end()).status == 400

    tell(story)


@pytest.mark.parametrize("is_ready", [True, False])
@pytest.mark.parametrize("size", [511, 512, 513, 1023, 1024, 1025])
@pytest.mark.parametrize("more", [1, 2000])
def test_t4_what_waits_behind_a_request_of_any_size_is_read(
    is_ready: bool, size: int, more: int
) -> None:
    async def story(house: House) -> None:
        house.answerer.is_ready = is_ready
        request = long_get(size)
        house.answerer.expected = request
        client = house.client(request + b"y" * more)
        assert await client.end() == OK
        assert client.unread == b""
        house.answerer.expected = GET

    tell(story)


def test_t4_what_waits_behind_a_body_is_read() -> None:
    async def story(house: House) -> None:
        house.answerer.expected = WITH_BODY[:-4]
        client = house.client(WITH_BODY[:-4])
        await asyncio.sleep(0.1)
        client.say(b"body" + b"y" * 2000)
        assert await client.end() == OK
        assert client.unread == b""
        house.answerer.expected = GET

    tell(story)


def test_who_says_nothing_is_not_answered_at_once() -> None:
    async def story(house: House) -> None:
        house.answerer.is_ready = True
        house.answerer.ready = lambda head: OK  # type: ignore[method-assign]  # noqa: ARG005
        assert await house.client().end() == b""
        assert house.gate.requests_total == 0

    tell(story)
