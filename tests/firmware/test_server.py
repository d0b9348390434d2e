"""In: clients, quick and rude. Out: 3 in service, a 4th told so, no slot ever lost."""

import asyncio

import pytest

from picotemp.chip import Connection

from .fake_chip import FakeChip, FakeClient
from .house import GET, OK, House, tell
from .http_answer import is_busy, parse
from .serial_line import events
from .virtual_time import in_virtual_time, now_ms


def test_it_listens_on_its_port() -> None:
    async def nothing(_: House) -> None:
        await asyncio.sleep(1)

    house = tell(nothing)
    assert house.chip.calls == [(0, "listen", ("80", "5"))]


def test_requests_are_answered_counted_and_blinked() -> None:
    async def story(house: House) -> None:
        for number in range(1, 8):
            assert await house.client(GET).end() == OK
            assert house.gate.requests_total == house.lamp.blinks == number
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
        assert now_ms() < 400
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
        assert now_ms() <= 700

    tell(story)


def test_the_fifth_waits_until_the_fourth_has_gone() -> None:
    async def story(house: House) -> None:
        accepted = house.chip.listener.accepted
        for _ in range(3):
            house.client()
        fourth = house.client()
        fourth.is_let_go.clear()
        fifth = house.client(GET)
        await asyncio.sleep(2)
        assert len(accepted) == 4
        fourth.is_let_go.set()
        assert is_busy(parse(await fifth.end()))
        assert now_ms() < 2500

    tell(story)


def test_never_are_more_than_four_open() -> None:
    async def story(house: House) -> None:
        clients = [house.client() for _ in range(20)]
        while any(client.closed_ms is None for client in clients):
            accepted = house.chip.listener.accepted
            assert sum(client.closed_ms is None for client in accepted) <= 4
            await asyncio.sleep(0.005)

    house = tell(story)
    assert house.gate.in_service_max == 3


def test_a_slot_is_free_only_when_its_connection_is_closed() -> None:
    async def story(house: House) -> None:
        held = [house.client(GET) for _ in range(3)]
        for client in held:
            client.is_let_go.clear()
        await asyncio.sleep(1)
        assert [client.received for client in held] == [OK] * 3
        assert house.gate.in_service == 3
        assert is_busy(parse(await house.client(GET).end()))
        held[0].is_let_go.set()
        await held[0].end()
        assert await house.client(GET).end() == OK
        for client in held:
            client.is_let_go.set()

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
def test_a_bad_request_is_told_and_its_bytes_are_read(sent: bytes, status: int) -> None:
    async def story(house: House) -> None:
        client = house.client(sent)
        answer = parse(await client.end())
        assert answer.status == status
        assert list(answer.json()) == ["error"]
        assert client.reader._buffer == b""  # type: ignore[attr-defined]
        assert now_ms() < 500

    tell(story)


def test_a_bug_is_a_500_with_the_traceback_on_serial_alone() -> None:
    async def story(house: House) -> None:
        house.routes.is_broken = True
        for number in range(1, 6):
            answer = parse(await house.client(GET).end())
            assert answer.status == 500
            assert b"private" not in answer.body
            assert len(house.chip.tracebacks) == number
        assert house.gate.in_service == 0

    tell(story)


@pytest.mark.parametrize("sent", [b"", b"GET / HT"])
@pytest.mark.parametrize("others", [0, 3])
def test_a_client_that_is_lost_frees_its_slot(
    sent: bytes, others: int, capsys: pytest.CaptureFixture[str]
) -> None:
    async def story(house: House) -> None:
        for _ in range(others):
            house.client()
        client = house.client(sent)
        await asyncio.sleep(0.1)
        client.go_away()
        await client.end()
        assert now_ms() < 200
        assert house.gate.in_service == others
        assert house.chip.tracebacks == []

    tell(story)
    assert len(events(capsys.readouterr().out, "client_lost")) == 1


def test_a_client_that_leaves_without_a_word_gets_none() -> None:
    async def story(house: House) -> None:
        client = house.client(b"GET / HT")
        client.reader.feed_eof()
        assert await client.end() == b""
        assert now_ms() < 100
        assert house.gate.requests_total == 0

    tell(story)


def test_closing_a_connection_that_is_lost_is_no_error() -> None:
    async def life() -> None:
        client = FakeClient(FakeChip().listener)

        async def lost() -> None:
            raise ConnectionResetError

        client.wait_closed = lost  # type: ignore[method-assign]
        await Connection(client.reader, client).close()  # type: ignore[arg-type]

    in_virtual_time(life())
