"""In: the firmware's parts. Out: them put together on a chip that is none."""

import os
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import hypothesis
import pytest

from picotemp.log import Log
from picotemp.settings import Settings, check
from picotemp_tools.emulator import EmulatedBoard, Place, interpreter

from .fake_chip import FakeChip

# The same examples each time, and no verdict on how busy the machine is.
hypothesis.settings.register_profile(
    "picotemp",
    derandomize=True,
    deadline=None,
    suppress_health_check=[hypothesis.HealthCheck.too_slow],
)
hypothesis.settings.load_profile("picotemp")

Micropython = Callable[[str], str]
NewBoard = Callable[..., EmulatedBoard]


@pytest.fixture
def chip() -> FakeChip:
    """Give a chip at 27.04 °C, on the air."""
    return FakeChip()


@pytest.fixture
def log(chip: FakeChip) -> Log:
    """Give its serial log."""
    return Log(chip)


def checked(values: dict[str, object]) -> Settings:
    """Give settings that have to be right."""
    found, problems = check(values)
    assert found, problems
    return found


@pytest.fixture
def settings() -> Settings:
    """Give settings that work."""
    return checked({"ssid": "attic", "password": "the secret word"})


@pytest.fixture
def new_board(new_place: Callable[[], Place], built_files: Path) -> NewBoard:
    """Give a function that makes an emulated board, not yet switched on."""

    def new(**how: Any) -> EmulatedBoard:
        return EmulatedBoard(new_place(), **({"files": built_files} | how))

    return new


@pytest.fixture(scope="session")
def micropython(built_files: Path) -> Micropython:
    """Give a function that runs a snippet under MicroPython with the firmware."""
    command = interpreter.find()

    def run(code: str) -> str:
        result = subprocess.run(
            [*command, "-c", code],
            env=os.environ | {"MICROPYPATH": f"{built_files}:.frozen"},
            capture_output=True,
            text=True,
            timeout=20,
        )
        assert result.returncode == 0, result.stderr or result.stdout
        return result.stdout

    return run
