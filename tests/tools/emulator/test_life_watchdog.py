"""In: a watchdog armed, fed, disarmed. Out: whether and when it resets the chip."""

import asyncio

import pytest

from picotemp_tools.emulator import life
from tools.emulator.fake_life import POWER_ON, WATCHDOG, Lived

WATCHDOG_MS = 200


async def test_a_watchdog_that_is_not_fed_resets(lived: Lived) -> None:
    lived.arm(WATCHDOG_MS)
    assert await lived.booted(2) == [POWER_ON, WATCHDOG]
    assert lived.fates == ["watchdog"]


async def test_feeding_puts_the_end_off(lived: Lived) -> None:
    lived.arm(WATCHDOG_MS * 5)
    for _ in range(8):
        await asyncio.sleep(WATCHDOG_MS / 1000)
        lived.feed()
    assert lived.fates == []


async def test_feeding_a_watchdog_that_is_not_armed_arms_nothing(lived: Lived) -> None:
    lived.feed()
    await asyncio.sleep(2 * WATCHDOG_MS / 1000)
    assert lived.fates == []


async def test_a_watchdog_that_was_disarmed_resets_nothing_fed_or_not(
    lived: Lived,
) -> None:
    lived.arm(WATCHDOG_MS)
    lived.set_armed(False)
    await asyncio.sleep(2 * WATCHDOG_MS / 1000)
    lived.feed()
    await asyncio.sleep(2 * WATCHDOG_MS / 1000)
    assert (lived.fates, lived.is_armed) == ([], False)


async def test_a_watchdog_that_is_armed_again_has_the_time_it_had(lived: Lived) -> None:
    lived.arm(WATCHDOG_MS)
    lived.set_armed(False)
    lived.set_armed(True)
    assert lived.is_armed
    assert await lived.booted(2) == [POWER_ON, WATCHDOG]
    assert (lived.fates, lived.is_armed) == (["watchdog"], False)


async def test_a_watchdog_without_a_time_resets_nothing(lived: Lived) -> None:
    lived.set_armed(True)
    await asyncio.sleep(2 * WATCHDOG_MS / 1000)
    assert lived.fates == []


async def test_a_scaled_watchdog_bites_after_its_part_of_the_time() -> None:
    lived = Lived(watchdog_scale=0.001)
    running = asyncio.create_task(lived.run())
    lived.power_on()
    await lived.booted(1)
    lived.arm(60_000)
    assert await lived.booted(2) == [POWER_ON, WATCHDOG]
    lived.finish()
    await running


async def test_the_watchdog_outlives_the_program(lived: Lived) -> None:
    lived.arm(WATCHDOG_MS)
    lived.chips[-1].ended.set()
    assert await lived.booted(3) == [POWER_ON, POWER_ON, WATCHDOG]
    assert lived.fates == ["exit", "watchdog"]


async def test_the_watchdog_bites_between_two_programs_too(
    lived: Lived, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(life, "SOFT_RESET_SECONDS", 60)
    lived.arm(WATCHDOG_MS)
    lived.chips[-1].ended.set()
    assert await lived.booted(2) == [POWER_ON, WATCHDOG]
    await asyncio.sleep(2 * WATCHDOG_MS / 1000)
    assert lived.fates == ["exit", "watchdog"]


@pytest.mark.parametrize("fate", ["button", "reset", "power"])
async def test_a_reset_disarms_the_watchdog(lived: Lived, fate: str) -> None:
    lived.arm(WATCHDOG_MS)
    lived.end(fate)
    await lived.booted(2)
    await asyncio.sleep(2 * WATCHDOG_MS / 1000)
    assert lived.fates == [fate]
