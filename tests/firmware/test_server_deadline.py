"""In: clients that take their time. Out: each of them is cut after 3 seconds."""

import asyncio

import pytest

from .house import GET, LIFE_MS, OK, SWEEP_MS, House, tell
from .serial_line import events


def test_t7_a_client_that_says_nothing_is_cut_after_3_seconds(
    capsys: pytest.CaptureFixture[str],
) -> None:
    async def story(house: House) -> None:
        client = house.client()
        assert await client.end() == b""
        assert client.closed_ms == pytest.approx(LIFE_MS, abs=SWEEP_MS + 5)

    tell(story)
    assert len(events(capsys.readouterr().out, "cut")) == 1


def test_t1_a_dripping_client_is_cut_after_3_seconds() -> None:
    async def story(house: House) -> None:
        client = house.client()
        for letter in b"GET / HTTP/1.1":
            client.say(bytes([letter]))
            await asyncio.sleep(0.5)
        assert client.closed_ms == pytest.approx(LIFE_MS, abs=SWEEP_MS + 5)

    tell(story)


def test_t1_a_client_that_takes_no_answer_is_cut_after_3_seconds() -> None:
    async def story(house: House) -> None:
        client = house.client(GET)
        client.can_hear.clear()
        await client.end()
        assert client.closed_ms == pytest.approx(LIFE_MS, abs=SWEEP_MS + 5)

    tell(story)


def test_t6_an_answer_that_never_comes_is_cut_after_3_seconds() -> None:
    async def story(house: House) -> None:
        house.answerer.may_go.clear()
        client = house.client(GET)
        assert await client.end() == b""
        assert client.closed_ms == pytest.approx(LIFE_MS, abs=SWEEP_MS + 5)
        house.answerer.may_go.set()

    tell(story)


def test_a_refused_client_that_takes_no_answer_is_cut_too() -> None:
    async def story(house: House) -> None:
        for _ in range(3):
            house.client()
        fourth = house.client(GET)
        fourth.can_hear.clear()
        await fourth.end()
        assert fourth.closed_ms == pytest.approx(LIFE_MS, abs=SWEEP_MS + 5)

    tell(story)


def test_a_client_that_is_late_by_a_moment_is_served() -> None:
    async def story(house: House) -> None:
        client = house.client()
        await asyncio.sleep(2.85)
        client.say(GET)
        assert await client.end() == OK

    tell(story)
