"""In: a test worker. Out: emulated boards with addresses that no other test has."""

import itertools
from collections.abc import AsyncIterator, Callable, Iterator
from pathlib import Path

import pytest

from picotemp_tools import board_files
from picotemp_tools.emulator import EmulatedBoard, Place

Places = Callable[[], Place]


@pytest.fixture(scope="session")
def new_place(request: pytest.FixtureRequest) -> Places:
    """Give a place no other test has: 127.<20 + worker>.x.y."""
    worker = getattr(request.config, "workerinput", {}).get("workerid", "gw0")
    network = 20 + int(worker.removeprefix("gw"))
    numbers: Iterator[int] = itertools.count(2)

    def new() -> Place:
        number = next(numbers)
        return Place(
            "picotemp", f"127.{network}.{number // 250}.{number % 250 + 1}", 8080
        )

    return new


@pytest.fixture(scope="session")
def built_files(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give a folder with what goes on a board, built once."""
    folder = tmp_path_factory.mktemp("board") / "files"
    board_files.build(folder)
    return folder


@pytest.fixture
async def board(new_place: Places, built_files: Path) -> AsyncIterator[EmulatedBoard]:
    """Give an emulated board that serves."""
    async with EmulatedBoard(new_place(), files=built_files) as running:
        yield running
