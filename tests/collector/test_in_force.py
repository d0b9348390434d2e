"""In: reloads in the middle of polls, in virtual time. Out: only what changed does."""

import asyncio
import logging
from collections.abc import Sequence

import pytest
from attrs import evolve

from collector.reload_scene import House, Scene, play, shown
from collector.running import config_of, device
from picotemp_collector.config.shapes import (
    LogFormat,
    LogLevel,
    LogSettings,
)
from picotemp_collector.devices.fleet import BATCH
from picotemp_collector.readings.device import Device

FLEET = [
    device(f"pico-{number}", f"http://10.0.{number // 250}.{number % 250}", 15.0, 3.5)
    for number in range(1000)
]
ATTIC = device("attic", "http://10.1.0.1")
CELLAR = device("cellar", "http://10.1.0.2")


@pytest.fixture(autouse=True)
def no_bugs(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.ERROR)


def asked_at(reload_to: Sequence[Device] | None) -> House:
    async def story(scene: Scene) -> None:
        await asyncio.sleep(50.05)
        if reload_to is not None:
            await scene.in_force.turn_to(config_of(*reload_to))
        await asyncio.sleep(50)

    return play(FLEET, story, House(dead={each.url for each in FLEET[::10]}))


def test_one_of_a_thousand_comes_and_the_others_are_asked_as_ever(
    caplog: pytest.LogCaptureFixture,
) -> None:
    as_ever = asked_at(None)
    reloaded = asked_at([ATTIC, *(evolve(each) for each in FLEET)])
    assert len(reloaded.asked_at.pop("attic")) >= 9
    reloaded.ended_at.pop("attic")
    # Phases, backoffs, and the answers of requests that were in flight.
    assert reloaded.asked_at == as_ever.asked_at
    assert reloaded.ended_at == as_ever.ended_at
    assert not caplog.records


def test_two_names_that_swap_their_boards_never_show_the_other_ones(
    caplog: pytest.LogCaptureFixture,
) -> None:
    async def story(scene: Scene) -> None:
        await asyncio.sleep(20)
        assert shown(scene.store) == {"attic": 1.0, "cellar": 2.0}
        swapped = evolve(ATTIC, url=CELLAR.url), evolve(CELLAR, url=ATTIC.url)
        # In the middle of a request: they begin every 5 s and take 4.9.
        await scene.in_force.turn_to(config_of(*swapped))
        assert shown(scene.store) == {"attic": None, "cellar": None}
        await asyncio.sleep(20)
        assert shown(scene.store) == {"attic": 2.0, "cellar": 1.0}

    play([ATTIC, CELLAR], story, House(takes_seconds=4.9))
    assert not caplog.records


def test_a_device_that_moves_or_is_renamed_begins_anew(
    caplog: pytest.LogCaptureFixture,
) -> None:
    async def story(scene: Scene) -> None:
        await asyncio.sleep(20)
        moved, renamed = (
            evolve(ATTIC, url="http://10.1.0.9"),
            evolve(CELLAR, name="den"),
        )
        await scene.in_force.turn_to(config_of(moved, renamed))
        assert shown(scene.store) == {"attic": None, "den": None}
        await asyncio.sleep(20)
        assert shown(scene.store) == {"attic": 9.0, "den": 2.0}

    house = play([ATTIC, CELLAR], story, House(takes_seconds=4.9))
    assert max(house.asked_at["cellar"]) <= 1020.01
    assert not caplog.records


OTHERS = [
    device(f"other-{number}", f"http://10.8.{number // 250}.{number % 250}")
    for number in range(6 * BATCH)
]


@pytest.mark.parametrize(
    "reload_to",
    [
        [],
        OTHERS,
        [evolve(each, name=f"{each.name}-new") for each in FLEET],
        # They stay, with a second name each.
        [*FLEET, *(evolve(each, name=f"{each.name}-too") for each in FLEET), *OTHERS],
    ],
    ids=["none", "others", "renamed", "two names"],
)
def test_no_result_meets_a_store_that_does_not_know_its_device(
    reload_to: Sequence[Device], caplog: pytest.LogCaptureFixture
) -> None:
    answering = asyncio.Event()

    async def story(scene: Scene) -> None:
        await asyncio.sleep(3.3)
        assert not any(view.polls_total for view in scene.store.views())
        turning = asyncio.create_task(scene.in_force.turn_to(config_of(*reload_to)))
        await scene.listed.turned.wait()
        # All answers come while the fleet turns.
        answering.set()
        await turning
        assert [*shown(scene.store)] == [each.name for each in reload_to]
        await asyncio.sleep(20)
        assert all(view.up for view in scene.store.views())

    play(FLEET, story, House(answering=answering))
    assert not caplog.records


def test_all_outlets_turn_at_one_stroke() -> None:
    # A thousand go and a thousand come; who looks meanwhile sees either, whole.
    others = [
        device(f"new-{n}", f"http://10.7.{n // 250}.{n % 250}") for n in range(1000)
    ]
    seen: set[tuple[str, ...]] = set()

    async def story(scene: Scene) -> None:
        async def look() -> None:
            while True:
                seen.add(tuple(shown(scene.store)))
                await asyncio.sleep(0)

        looking = asyncio.create_task(look())
        await scene.in_force.turn_to(config_of(*others))
        looking.cancel()

    play(FLEET, story, House())
    assert seen == {
        tuple(each.name for each in FLEET),
        tuple(each.name for each in others),
    }


def test_what_a_source_finds_is_polled_and_what_it_loses_is_gone() -> None:
    async def story(scene: Scene) -> None:
        scene.listed.find(CELLAR)
        await asyncio.sleep(10)
        assert shown(scene.store) == {"attic": 1.0, "cellar": 2.0}
        scene.listed.find()
        await asyncio.sleep(0.01)
        assert shown(scene.store) == {"attic": 1.0}

    play([ATTIC], story, House())


@pytest.mark.parametrize("turns", range(1, 12))
def test_a_source_that_changes_during_a_reload_is_heard_after_it(turns: int) -> None:
    async def story(scene: Scene) -> None:
        reloading = asyncio.create_task(scene.in_force.turn_to(config_of(ATTIC)))
        for _ in range(turns):
            await asyncio.sleep(0)
        scene.listed.find(CELLAR)
        await reloading
        await asyncio.sleep(0.01)
        assert [*shown(scene.store)] == ["attic", "cellar"]

    play(FLEET[: 3 * BATCH], story, House())


def test_other_intervals_hold_at_once_and_keep_the_reading() -> None:
    async def story(scene: Scene) -> None:
        await asyncio.sleep(20)
        await scene.in_force.turn_to(config_of(evolve(ATTIC, interval_seconds=1.0)))
        assert shown(scene.store) == {"attic": 1.0}
        before = len(scene.house.asked_at["attic"])
        await asyncio.sleep(10)
        assert len(scene.house.asked_at["attic"]) - before >= 10

    play([ATTIC], story, House())


def test_an_end_in_the_middle_of_a_reload_leaves_no_poller() -> None:
    async def story(scene: Scene) -> None:
        others = [evolve(each, name=f"{each.name}-new") for each in FLEET]
        reloading = asyncio.create_task(scene.in_force.turn_to(config_of(*others)))
        for _ in range(10):
            await asyncio.sleep(0)
        reloading.cancel()
        await asyncio.wait({reloading})
        await scene.fleet.close()
        await asyncio.sleep(1)
        assert not [
            task for task in asyncio.all_tasks() if task.get_name().startswith("poll ")
        ]

    play(FLEET, story, House())


def test_what_needs_a_restart_is_said_at_each_reload_until_it_is_as_at_the_start() -> (
    None
):
    async def story(scene: Scene) -> None:
        other = evolve(config_of(CELLAR), log=LogSettings(format=LogFormat.JSON))
        warning = "log.format has changed; restart the collector for it to take effect"
        for _ in range(2):
            assert await scene.in_force.turn_to(other) == [warning]
            assert [*shown(scene.store)] == ["cellar"]
        assert await scene.in_force.turn_to(config_of(ATTIC)) == []

    play([ATTIC], story, House())


def test_another_log_level_holds_at_once() -> None:
    root = logging.getLogger()
    before = root.level

    async def story(scene: Scene) -> None:
        loud = evolve(config_of(ATTIC), log=LogSettings(LogLevel.DEBUG))
        await scene.in_force.turn_to(loud)
        assert root.level == logging.DEBUG

    try:
        play([ATTIC], story, House())
    finally:
        root.setLevel(before)
