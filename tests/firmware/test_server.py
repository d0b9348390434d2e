"""In: clients, quick and rude. Out: 3 in service, a 4th told so, no slot ever lost."""

import asyncio

import pytest

from .house import GET, OK, House, tell
from .http_answer import is_busy, parse
from .serial_line import events
from .virtual_time import now_ms


def test_t8_it_listens_with_room_for_a_burst() -> None:
    async def nothing(_: House) -> None:
        await asyncio.sleep(1)

    house = tell(nothing)
    assert house.chip.calls == [(0, "listen", ("80", "5"))]


def test_requests_are_answered_counted_and_noted() -> None:
    async def story(house: House) -> None:
        for number in range(1, 8):
            assert await house.client(GET).end() == OK
            assert house.gate.requests_total == len(house.noted) == number
        assert house.gate.in_service == 0
        assert house.gate.in_service_max == 1
        assert house.gate.rejected_total == 0

    tell(story)


def test_the_fourth_is_told_so_completely_while_three_are_in_service() -> None:
    async def story(house: House) -> None:
        silent = [house.client() for _ in range(3)]
        await asyncio.sleep(0.01)
        assert house.gate.in_service == 3
        answer = parse(await house.client(GET).end())
        assert is_busy(answer)
        assert now_ms() < 20
        assert house.gate.rejected_total == 1
        assert house.gate.in_service == house.gate.in_service_max == 3
        assert house.gate.requests_total == 0
        assert [client.closed_ms for client in silent] == [None] * 3

    tell(story)


@pytest.mark.parametrize("sent", [b"", b"GET / HT", b"nonsense\r\n\r\n", b"x" * 2000])
def test_the_fourth_is_told_so_whatever_it_sends(sent: bytes) -> None:
    async def story(house: House) -> None:
        for _ in range(3):
            house.client()
        assert is_busy(parse(await house.client(sent).end()))
        assert now_ms() <= 250

    tell(story)


def test_the_fifth_waits_until_the_fourth_has_gone() -> None:
    async def story(house: House) -> None:
        accepted = house.chip.listener.accepted
        for _ in range(3):
            house.client()
        fourth = house.client(GET)
        fourth.can_hear.clear()
        fifth = house.client(GET)
        await asyncio.sleep(2)
        assert len(accepted) == 4
        fourth.can_hear.set()
        assert is_busy(parse(await fifth.end()))
        assert now_ms() < 2500

    tell(story)


def test_t9_never_are_more_than_four_open() -> None:
    async def story(house: House) -> None:
        clients = [house.client() for _ in range(20)]
        while any(client.closed_ms is None for client in clients):
            accepted = house.chip.listener.accepted
            assert sum(client.closed_ms is None for client in accepted) <= 4
            await asyncio.sleep(0.005)

    house = tell(story)
    assert house.gate.in_service_max == 3


@pytest.mark.parametrize("is_ready", [True, False])
@pytest.mark.parametrize("sent", [GET, GET * 2, b"nonsense"])
def test_t1_a_slot_is_free_only_when_its_connection_is_closed(
    sent: bytes, is_ready: bool
) -> None:
    async def story(house: House) -> None:
        house.answerer.is_ready = is_ready
        held: list[int] = []
        client = house.client(sent)
        client.when_closed = lambda: held.append(house.gate.in_service)
        await client.end()
        assert (held, house.gate.in_service) == ([1], 0)

    tell(story)


@pytest.mark.parametrize("others", [0, 3])
def test_t4_requests_behind_the_first_are_read_and_dropped(others: int) -> None:
    async def story(house: House) -> None:
        for _ in range(others):
            house.client()
        client = house.client(GET * 100)
        answer = await client.end()
        assert answer == OK or is_busy(parse(answer))
        assert client.unread == b""
        assert now_ms() <= 250
        assert house.gate.requests_total == (0 if others else 1)

    tell(story)


@pytest.mark.parametrize(
    ("sent", "status"),
    [
        (b"nonsense\r\n\r\n", 400),
        (b"x" * 600, 414),
        (b"GET / HTTP/1.1\r\nX: " + b"y" * 2400, 431),
        (b"POST / HTTP/1.1\r\nContent-Length: 5000\r\n\r\n" + b"z" * 5000, 413),
    ],
)
def test_t4_a_bad_request_is_told_and_its_bytes_are_read(
    sent: bytes, status: int
) -> None:
    async def story(house: House) -> None:
        client = house.client(sent)
        answer = parse(await client.end())
        assert answer.status == status
        assert list(answer.json()) == ["error"]
        assert client.unread == b""
        assert now_ms() < 250
        assert house.gate.answers_by_status == {status: 1}
        assert (house.gate.requests_total, house.noted) == (0, [])

    tell(story)


def test_a_bug_is_a_500_with_the_traceback_on_serial_alone() -> None:
    async def story(house: House) -> None:
        house.answerer.is_broken = True
        for number in range(1, 6):
            answer = parse(await house.client(GET).end())
            assert answer.status == 500
            assert b"private" not in answer.body
            assert len(house.chip.tracebacks) == number
        assert house.gate.in_service == 0

    tell(story)


# Not only the three that microdot takes for a lost client; without 110, which to
# CPython alone is a TimeoutError.
LOST = (104, 32, 103, 107, 113)


@pytest.mark.parametrize("sent", [b"", b"GET / HT"])
@pytest.mark.parametrize("others", [0, 3])
@pytest.mark.parametrize("number", LOST)
def test_t5_a_client_that_is_lost_frees_its_slot(
    sent: bytes, others: int, number: int, capsys: pytest.CaptureFixture[str]
) -> None:
    async def story(house: House) -> None:
        for _ in range(others):
            house.client()
        client = house.client(sent)
        await asyncio.sleep(0.1)
        client.fail(OSError(number, "lost"))
        await client.end()
        assert now_ms() < 200
        assert house.gate.in_service == others
        assert house.chip.tracebacks == []

    tell(story)
    assert len(events(capsys.readouterr().out, "client_lost")) == 1


def test_a_client_that_leaves_without_a_word_gets_none() -> None:
    async def story(house: House) -> None:
        client = house.client(b"GET / HT")
        client.leave()
        assert await client.end() == b""
        assert now_ms() < 100
        assert house.gate.requests_total == 0

    tell(story)


def test_answers_are_counted_by_their_status_and_refusals_are_not() -> None:
    async def story(house: House) -> None:
        await house.client(GET).end()
        await house.client(b"nonsense\r\n\r\n").end()
        house.answerer.is_broken = True
        await house.client(GET).end()
        house.answerer.is_broken = False
        await house.client(GET).end()
        for _ in range(3):
            house.client()
        await house.client(GET).end()
        assert house.gate.answers_by_status == {200: 2, 400: 1, 500: 1}
        assert house.gate.rejected_total == 1

    tell(story)


def test_a_request_is_noted_though_the_board_is_busy() -> None:
    async def story(house: House) -> None:
        for _ in range(3):
            house.client()
        await house.client(b"GET / HT").end()
        assert house.noted == []
        await house.client(GET).end()
        assert len(house.noted) == 1
        assert house.gate.requests_total == 0

    tell(story)


def test_a_failing_answerer_is_not_taken_for_a_lost_client() -> None:
    async def story(house: House) -> None:
        house.answerer.error = OSError(5, "EIO")
        house.answerer.is_broken = True
        assert parse(await house.client(GET).end()).status == 500
        assert len(house.chip.tracebacks) == 1

    tell(story)
