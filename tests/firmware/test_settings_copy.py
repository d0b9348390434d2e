"""In: good settings. Out: a last good copy beside them; without it all goes on."""

import json
from pathlib import Path

import pytest

from picotemp import settings_file
from picotemp.settings_file import load

from .test_settings_file import GOOD, OTHER, good_copy, loaded


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "settings.json"


def test_r4_a_good_file_is_copied_once(path: Path) -> None:
    path.write_text(json.dumps(GOOD))
    assert loaded(path) == "attic"
    assert good_copy(path).read_bytes() == path.read_bytes()
    before = good_copy(path).stat().st_ino
    assert loaded(path) == "attic"
    assert good_copy(path).stat().st_ino == before, "the flash wears"
    path.write_text(json.dumps(OTHER))
    assert loaded(path) == "cellar"
    assert good_copy(path).read_bytes() == path.read_bytes()


def test_too_little_memory_for_the_copy_stops_no_boot(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(_: object, __: object) -> None:
        raise MemoryError

    path.write_text(json.dumps(GOOD))
    monkeypatch.setattr(settings_file, "_replace", fail)
    assert loaded(path) == "attic"


def test_a_flash_without_room_for_the_copy_stops_no_boot(path: Path) -> None:
    path.write_text(json.dumps(GOOD))
    good_copy(path).with_name("settings.json.good.new").mkdir()
    settings, problems = load(str(path))
    assert settings is not None
    assert problems == []
