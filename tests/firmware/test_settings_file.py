"""In: /settings.json in any state. Out: settings, old or new, and what is wrong."""

import json
import os
import sys
from collections.abc import Callable
from functools import partial
from pathlib import Path
from types import FrameType
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from picotemp import settings_file
from picotemp.settings_file import MOST_BYTES, SettingsError, load, save

from .conftest import Micropython

GOOD: dict[str, object] = {"ssid": "attic", "password": "the secret word"}
OTHER: dict[str, object] = {
    "ssid": "cellar",
    "password": "another secret word",
    "port": 8080,
}
BAD: dict[str, object] = {"ssid": "", "password": "secret", "pasword": "secret word"}
NOT_JSON = [
    b"",
    b'{"ssid": "attic", "password": "the secret word"',
    b'{"password": "the secret \xff\xfe word"}',
    b"ssid = the secret word\x00",
    b"{} {}",
    b"[" * MOST_BYTES,
]


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "settings.json"


def good_copy(path: Path) -> Path:
    return path.with_name(path.name + ".good")


def loaded(path: Path) -> str | None:
    """Give the network of the settings that load."""
    settings, _ = load(str(path))
    return settings.ssid if settings else None


def test_a_file_is_loaded(path: Path) -> None:
    path.write_text(json.dumps(OTHER))
    settings, problems = load(str(path))
    assert problems == []
    assert settings is not None
    assert (settings.ssid, settings.port) == ("cellar", 8080)


def test_a_missing_file_is_told(path: Path) -> None:
    assert load(str(path)) == (None, [f"{path} is missing"])


def test_a_file_that_cannot_be_read_is_told(path: Path) -> None:
    path.mkdir()
    assert load(str(path)) == (None, [f"{path} cannot be read"])


@pytest.mark.parametrize("content", NOT_JSON)
def test_a_file_that_is_not_json_is_told_and_not_shown(
    path: Path, content: bytes, micropython: Micropython
) -> None:
    path.write_bytes(content)
    expected = (None, [f"{path} is not JSON"])
    assert load(str(path)) == expected
    code = f"from picotemp.settings_file import load\nprint(load({str(path)!r}))"
    assert micropython(code).strip() == str(expected)


@pytest.mark.parametrize(
    "content", ['["attic", "the secret word"]', json.dumps(GOOD) + " " * MOST_BYTES]
)
def test_a_file_of_another_kind_is_told(path: Path, content: str) -> None:
    path.write_text(content)
    assert load(str(path)) == (None, ["the settings are not a JSON object"])


@pytest.mark.parametrize(
    "content", [*NOT_JSON, None, json.dumps(BAD).encode(), b"[]", b" " * 10**6]
)
def test_r4_the_last_good_copy_is_used_and_every_problem_told(
    path: Path, content: bytes | None
) -> None:
    path.write_text(json.dumps(GOOD))
    load(str(path))
    path.unlink()
    _, expected = load(str(path.with_name("no.json")))
    if content is not None:
        path.write_bytes(content)
        good_copy(path).rename(path.with_name("aside"))
        _, expected = load(str(path))
        path.with_name("aside").rename(good_copy(path))
    settings, problems = load(str(path))
    assert settings is not None
    assert settings.ssid == "attic"
    assert [line.replace("no.json", "settings.json") for line in expected] == problems
    assert "secret" not in "".join(problems)


@pytest.mark.parametrize("content", NOT_JSON)
def test_a_good_copy_that_is_none_is_not_used(path: Path, content: bytes) -> None:
    good_copy(path).write_bytes(content)
    assert load(str(path)) == (None, [f"{path} is missing"])


@given(st.binary(max_size=200), st.binary(max_size=200))
def test_no_bytes_at_all_stop_a_boot(
    tmp_path_factory: pytest.TempPathFactory, content: bytes, copy: bytes
) -> None:
    path = tmp_path_factory.mktemp("flash") / "settings.json"
    path.write_bytes(content)
    good_copy(path).write_bytes(copy)
    settings, problems = load(str(path))
    assert settings is None
    assert problems


def test_what_is_saved_is_loaded(path: Path) -> None:
    save(str(path), GOOD)
    assert loaded(path) == "attic"
    save(str(path), OTHER)
    assert good_copy(path).read_text() == json.dumps(GOOD), "kept until it loads"
    assert loaded(path) == "cellar"


def test_bad_settings_are_refused_with_every_problem_and_nothing_is_written(
    path: Path,
) -> None:
    save(str(path), GOOD)
    with pytest.raises(SettingsError) as caught:
        save(str(path), BAD)
    for key in ("ssid: expected", "password: expected", "unknown settings: 1"):
        assert key in str(caught.value)
    assert "secret" not in str(caught.value)
    assert os.listdir(path.parent) == ["settings.json"]
    assert json.loads(path.read_text()) == GOOD


def test_r5_what_the_flash_lost_is_not_put_into_place(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    save(str(path), GOOD)
    read = settings_file._bytes
    monkeypatch.setattr(settings_file, "_bytes", lambda name: read(name)[:-1])
    with pytest.raises(OSError, match="lost"):
        save(str(path), OTHER)
    monkeypatch.undo()
    assert loaded(path) == "attic"


# A file that was just opened when the exception came.
UNCLOSED = "ignore::pytest.PytestUnraisableExceptionWarning"


class InterruptError(BaseException):
    """Something that no statement expects."""


def interrupted_at(statement: int, work: Callable[[], object]) -> bool:
    """Do work, but for an exception before so many of its lines; tell if it came."""
    lines = 0

    def trace(frame: FrameType, event: str, _: Any) -> Any:
        nonlocal lines
        if frame.f_code.co_filename != settings_file.__file__:
            return None
        if event == "line":
            lines += 1
            if lines > statement:
                raise InterruptError
        return trace

    sys.settrace(trace)
    try:
        work()
    except InterruptError:
        return True
    finally:
        sys.settrace(None)
    return False


@pytest.mark.filterwarnings(UNCLOSED)
def test_r5_an_exception_at_any_statement_of_saving_leaves_old_or_new(
    tmp_path: Path,
) -> None:
    seen: list[str] = []
    for statement in range(100):
        path = tmp_path / str(statement)
        path.write_text(json.dumps(GOOD))
        is_cut = interrupted_at(statement, partial(save, str(path), OTHER))
        seen.append(str(loaded(path)))
        if not is_cut:
            break
    assert set(seen) == {"attic", "cellar"}
    assert seen == sorted(seen), "once new, it stays new"
    assert seen[-1] == "cellar"
    assert len(seen) > 10


@pytest.mark.filterwarnings(UNCLOSED)
def test_r5_an_exception_at_any_statement_of_loading_harms_nothing(
    tmp_path: Path,
) -> None:
    for statement in range(100):
        path = tmp_path / str(statement)
        save(str(path), GOOD)
        load(str(path))
        save(str(path), OTHER)
        is_cut = interrupted_at(statement, partial(load, str(path)))
        copy = json.loads(good_copy(path).read_bytes())
        assert copy in (GOOD, OTHER)
        assert loaded(path) == "cellar"
        if not is_cut:
            break
    assert statement > 15
    assert copy == OTHER
