"""In: /settings.json in any state. Out: the settings, or what is wrong with it."""

import json
from pathlib import Path

import pytest

from picotemp.settings import load

from .conftest import Micropython

GOOD = {"ssid": "attic", "password": "the secret word"}


def test_a_file_is_loaded(tmp_path: Path) -> None:
    path = tmp_path / "settings.json"
    path.write_text(json.dumps(GOOD | {"port": 8080}))
    settings, problems = load(str(path))
    assert problems == []
    assert settings is not None
    assert (settings.ssid, settings.port) == ("attic", 8080)


def test_a_missing_file_is_told(tmp_path: Path) -> None:
    path = str(tmp_path / "settings.json")
    assert load(path) == (None, [f"{path} is missing"])


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b'{"ssid": "attic", "password": "the secret word"',
        b'{"ssid": "attic", "password": "the secret word",}',
        b'{"password": "the secret \xff\xfe word"}',
        b"ssid = the secret word",
        b"\x00\x00",
    ],
)
def test_a_file_that_is_not_json_is_told_and_not_shown(
    tmp_path: Path, content: bytes
) -> None:
    path = tmp_path / "settings.json"
    path.write_bytes(content)
    assert load(str(path)) == (None, [f"{path} is not JSON"])


def test_a_file_with_a_list_is_told(tmp_path: Path) -> None:
    path = tmp_path / "settings.json"
    path.write_text('["attic", "the secret word"]')
    assert load(str(path)) == (None, ["the settings are not a JSON object"])


@pytest.mark.parametrize("content", ["", "{", '{"ssid": "attic"', "attic", "{} {}"])
def test_micropython_knows_what_is_not_json(
    micropython: Micropython, tmp_path: Path, content: str
) -> None:
    path = tmp_path / "settings.json"
    path.write_text(content)
    printed = micropython(
        f"from picotemp.settings import load\nprint(load({str(path)!r}))"
    )
    assert printed.strip() == f"(None, ['{path} is not JSON'])"
