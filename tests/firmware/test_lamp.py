"""In: the link, the requests. Out: an LED that is on, off, and dark for a moment."""

import asyncio
from collections.abc import Awaitable, Callable

import pytest

from picotemp.lamp import BLINK_SECONDS, Lamp
from picotemp.log import Log
from picotemp.settings import Settings
from picotemp.wifi import Link

from .fake_chip import FakeChip
from .virtual_time import in_virtual_time

Story = Callable[[], Awaitable[None]]


@pytest.fixture
def link(chip: FakeChip, settings: Settings, log: Log) -> Link:
    return Link(chip, settings, log)


@pytest.fixture
def lamp(chip: FakeChip, link: Link) -> Lamp:
    return Lamp(chip, link)


def shine(lamp: Lamp, story: Story) -> None:
    """Let the lamp shine while something happens."""

    async def life() -> None:
        work = asyncio.create_task(lamp.run())
        await story()
        work.cancel()
        await asyncio.gather(work, return_exceptions=True)

    in_virtual_time(life())


def test_it_is_on_while_the_link_is_up(chip: FakeChip, lamp: Lamp, link: Link) -> None:
    async def story() -> None:
        await asyncio.sleep(1)
        assert chip.led_changes == []
        link.is_up = True
        await asyncio.sleep(1)
        assert [is_on for _, is_on in chip.led_changes] == [True]
        link.is_up = False
        await asyncio.sleep(1)
        assert [is_on for _, is_on in chip.led_changes] == [True, False]

    shine(lamp, story)


def test_a_request_makes_it_dark_for_a_moment(
    chip: FakeChip, lamp: Lamp, link: Link
) -> None:
    async def story() -> None:
        link.is_up = True
        await asyncio.sleep(1)
        link.note_request()
        await asyncio.sleep(1)

    shine(lamp, story)
    (_, first), (dark_ms, second), (light_ms, third) = chip.led_changes
    assert (first, second, third) == (True, False, True)
    assert light_ms - dark_ms == pytest.approx(1000 * BLINK_SECONDS, abs=2)
    assert dark_ms - 1000 <= 60


def test_many_requests_leave_it_light_in_between(
    chip: FakeChip, lamp: Lamp, link: Link
) -> None:
    async def story() -> None:
        link.is_up = True
        for _ in range(1000):
            link.note_request()
            await asyncio.sleep(0.002)

    shine(lamp, story)
    levels = [is_on for _, is_on in chip.led_changes]
    assert levels == [number % 2 == 0 for number in range(len(levels))]
    assert 30 <= len(levels) <= 50


def test_a_request_without_a_link_is_forgotten(
    chip: FakeChip, lamp: Lamp, link: Link
) -> None:
    async def story() -> None:
        link.note_request()
        await asyncio.sleep(1)
        link.is_up = True
        await asyncio.sleep(1)

    shine(lamp, story)
    assert [is_on for _, is_on in chip.led_changes] == [True]
