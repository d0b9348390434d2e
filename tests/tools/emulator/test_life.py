"""In: power, buttons, ends of programs. Out: each boot and the cause it is told."""

import asyncio
import time

import pytest

from picotemp_tools.emulator import life
from tools.emulator.fake_life import POWER_ON, SOFT_RESET_SECONDS, WATCHDOG, Lived


async def test_nothing_boots_without_power() -> None:
    lived = Lived()
    running = asyncio.create_task(lived.run())
    await asyncio.sleep(0.05)
    assert (lived.boots, lived.has_power) == (0, False)
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)


@pytest.mark.parametrize(
    ("fate", "cause"),
    [("button", POWER_ON), ("reset", WATCHDOG), ("watchdog", WATCHDOG)],
)
async def test_the_next_boot_is_told_the_cause(
    lived: Lived, fate: str, cause: int
) -> None:
    lived.end(fate)
    assert await lived.booted(2) == [POWER_ON, cause]
    assert lived.fates == [fate]
    assert lived.chips[0].was_killed


async def test_power_that_comes_back_is_a_power_on(lived: Lived) -> None:
    lived.end("reset")
    await lived.booted(2)
    lived.power_cut()
    assert await lived.dead(2) == ["reset", "power"]
    await asyncio.sleep(0.05)
    assert (lived.boots, lived.has_power) == (2, False)
    lived.power_on()
    assert await lived.booted(3) == [POWER_ON, WATCHDOG, POWER_ON]


async def test_an_end_of_the_program_keeps_the_cause(lived: Lived) -> None:
    lived.end("reset")
    await lived.booted(2)
    lived.chips[-1].ended.set()
    assert await lived.booted(3) == [POWER_ON, WATCHDOG, WATCHDOG]
    assert lived.fates == ["reset", "exit"]


async def test_programs_that_end_at_once_do_not_eat_the_host(lived: Lived) -> None:
    started_seconds = time.monotonic()
    for times in range(2, 6):
        lived.chips[-1].ended.set()
        await lived.booted(times)
    # The first had lived before the clock was started.
    assert time.monotonic() - started_seconds >= 3 * SOFT_RESET_SECONDS


async def test_a_program_that_has_lived_is_followed_at_once(
    lived: Lived, monkeypatch: pytest.MonkeyPatch
) -> None:
    lived.age(60)
    monkeypatch.setattr(life, "SOFT_RESET_SECONDS", 30)
    lived.chips[-1].ended.set()
    assert await lived.booted(2) == [1, 1]


async def test_power_cut_between_two_programs_is_a_power_cut(
    lived: Lived, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(life, "SOFT_RESET_SECONDS", 60)
    lived.end("reset")
    await lived.booted(2)
    lived.chips[-1].ended.set()
    await lived.dead(2)
    await asyncio.sleep(0.01)
    lived.power_cut()
    lived.power_on()
    assert await lived.booted(3) == [POWER_ON, WATCHDOG, POWER_ON]


async def test_cutting_power_that_is_off_is_harmless(lived: Lived) -> None:
    for _ in range(3):
        lived.power_cut()
    await lived.dead(1)
    lived.power_cut()
    lived.end("button")
    lived.power_on()
    assert await lived.booted(2) == [POWER_ON, POWER_ON]
    assert lived.fates == ["power"]


async def test_power_given_twice_does_not_start_the_warming_anew(lived: Lived) -> None:
    await asyncio.sleep(0.05)
    before = lived.uptime_seconds
    lived.power_on()
    assert lived.uptime_seconds >= before
    lived.power_cut()
    lived.power_on()
    assert lived.uptime_seconds < before


@pytest.mark.parametrize("fate", ["exit", "reset", "power", "watchdog"])
async def test_a_life_that_is_finished_buries_its_chip_whatever_happens_just_then(
    fate: str,
) -> None:
    lived = Lived()
    running = asyncio.create_task(lived.run())
    lived.power_on()
    await lived.booted(1)
    lived.end(fate)
    lived.finish()
    async with asyncio.timeout(5):
        await running
    assert all(chip.was_killed for chip in lived.chips)
    assert (lived.fates, lived.has_power) == ([fate], False)


async def test_a_watchdog_that_bites_while_a_chip_is_wound_up_bites(
    lived: Lived, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(life, "SOFT_RESET_SECONDS", 0)
    chip = lived.chips[-1]
    kill = chip.kill

    async def kill_slowly() -> None:
        lived.end("watchdog")
        await kill()

    monkeypatch.setattr(chip, "kill", kill_slowly)
    chip.ended.set()
    assert await lived.booted(2) == [POWER_ON, WATCHDOG]
