"""In: a run with much to tell. Out: a flash that is written seldom, but is."""

import asyncio
from pathlib import Path

import pytest

from picotemp.blackbox import CHECK_SECONDS, SAVE_MS
from picotemp.log import Log

from .fake_chip import FakeChip
from .test_blackbox import found, new
from .virtual_time import in_virtual_time


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "lastrun.json"


def saves(path: Path, minutes: int, troubles_a_minute: int) -> list[int]:
    """Give the minutes in which the box saved itself, while troubles came."""
    chip = FakeChip()
    log = Log(chip)
    box = new(path, log, chip)
    seen = []
    for minute in range(minutes):
        for _ in range(troubles_a_minute):
            log.warning("trouble")
            log.info("request")
            box.save_if_due()
        if path.exists():
            seen.append(minute)
            path.unlink()
        chip.later_ms += 60_000
    return seen


def test_r6_the_flash_is_written_every_ten_minutes_at_most(path: Path) -> None:
    assert saves(path, 60, 100) == [10, 20, 30, 40, 50]


def test_r6_without_trouble_the_flash_is_never_written(path: Path) -> None:
    chip = FakeChip()
    log = Log(chip)
    box = new(path, log, chip)
    for _ in range(100):
        chip.later_ms += SAVE_MS
        log.info("request")
        box.save_if_due()
    assert not path.exists()
    log.error("trouble")
    box.save_if_due()
    assert path.exists()


def test_it_saves_by_itself_and_shows_life(path: Path) -> None:
    async def life() -> None:
        chip = FakeChip()
        log = Log(chip)
        box = new(path, log, chip)
        log.warning("trouble")
        running = asyncio.create_task(box.run())
        await asyncio.sleep(SAVE_MS / 1000 + 1)
        assert box.age_ms() <= CHECK_SECONDS * 1000
        running.cancel()

    in_virtual_time(life())
    told = found(path, is_whole=False)
    assert isinstance(told, dict)
    assert (told["saved"], told["uptime_s"]) == ("running", SAVE_MS // 1000)
