"""In: a board, a file. Out: the file holds the settings, or the board does."""

import json
import os
import stat
from pathlib import Path

import click
import pytest

from picotemp_tools.flash.errors import FlashError, Kind, LinkLostError
from picotemp_tools.flash.settings.backup import backup, restore
from picotemp_tools.flash.settings.stored import PATH
from tools.flash.settings.settings_board import GOOD, SECRET, SettingsBoard, board_with

SSID = "ssid: expected the network's name, 1 to 32 bytes"
PORT = "port: expected a whole number from 1 to 65535"


def restored(board: SettingsBoard, path: Path) -> tuple[bool, list[str]]:
    said: list[str] = []
    return restore(board, path, said.append), said


def test_a_backup_is_every_byte_and_the_users_alone(tmp_path: Path) -> None:
    spoilt = b'{"password": "\xff'
    said: list[str] = []
    file = tmp_path / "backup"
    backup(SettingsBoard({PATH: spoilt}), file, False, said.append)
    assert (file.read_bytes(), stat.S_IMODE(file.stat().st_mode)) == (spoilt, 0o600)
    assert said == [
        f"{file} holds the settings, the Wi-Fi password too: keep it to yourself"
    ]
    assert os.listdir(tmp_path) == ["backup"]


def test_a_file_that_is_there_is_replaced_only_when_forced(tmp_path: Path) -> None:
    file = tmp_path / "backup"
    file.write_text("precious")
    file.chmod(0o644)
    with pytest.raises(click.UsageError) as refused:
        backup(board_with(GOOD), file, False, print)
    assert refused.value.message == f"{file} is there already: --force replaces it"
    assert file.read_text() == "precious"
    backup(board_with(GOOD), file, True, print)
    assert json.loads(file.read_text()) == GOOD
    assert stat.S_IMODE(file.stat().st_mode) == 0o600


def test_a_board_without_settings_leaves_no_file(tmp_path: Path) -> None:
    with pytest.raises(FlashError) as refused:
        backup(SettingsBoard(), tmp_path / "backup", False, print)
    assert refused.value.kind is Kind.BAD_SETTINGS
    assert str(refused.value) == (
        "there is nothing to back up: the board has no /settings.json"
    )
    assert os.listdir(tmp_path) == []


def test_a_place_where_nothing_can_be_written_is_told(tmp_path: Path) -> None:
    for path, reason in (
        (tmp_path / "none" / "backup", "No such file or directory"),
        (tmp_path, "Is a directory"),
    ):
        with pytest.raises(click.UsageError) as refused:
            backup(board_with(GOOD), path, True, print)
        assert refused.value.message == f"{path} cannot be written: {reason}"
    assert os.listdir(tmp_path) == []


def test_what_was_backed_up_is_restored_and_its_keys_are_told(tmp_path: Path) -> None:
    file = tmp_path / "backup"
    backup(board_with(GOOD), file, False, print)
    board = SettingsBoard({PATH: b"spoilt"})
    assert restored(board, file) == (True, ["restored: ssid, password, port"])
    assert board.files == board_with(GOOD).files


def test_what_is_there_already_is_not_written(tmp_path: Path) -> None:
    file = tmp_path / "backup"
    file.write_text(json.dumps(GOOD, indent=4))
    board = board_with(GOOD)
    assert restored(board, file) == (
        False,
        ["unchanged: the board has these settings"],
    )
    assert board.orders == []


@pytest.mark.parametrize(
    ("content", "text"),
    [
        (f"{{{SECRET}", "FILE is not JSON (line 1): give a file that `backup` wrote"),
        (
            json.dumps({"password": SECRET * 999}),
            "FILE is larger than 4096 bytes: give a file that `backup` wrote",
        ),
        (
            json.dumps({"password": SECRET, "port": SECRET}),
            f"{SSID}\n{PORT}",
        ),
    ],
)
def test_a_file_that_is_not_good_changes_nothing(
    tmp_path: Path, content: str, text: str
) -> None:
    file = tmp_path / "backup"
    file.write_text(content)
    board = board_with(GOOD)
    with pytest.raises(FlashError) as refused:
        restored(board, file)
    assert refused.value.kind is Kind.BAD_SETTINGS
    assert str(refused.value) == text.replace("FILE", str(file))
    assert (board.settings(), board.orders) == (GOOD, [])


def test_a_file_that_is_not_there_is_wrong_use(tmp_path: Path) -> None:
    with pytest.raises(click.UsageError) as refused:
        restored(board_with(GOOD), tmp_path / "none")
    text = f"{tmp_path / 'none'} cannot be read: No such file or directory"
    assert refused.value.message == text


@pytest.mark.parametrize("cut_at", range(3))
def test_a_power_cut_leaves_the_old_settings(tmp_path: Path, cut_at: int) -> None:
    file = tmp_path / "backup"
    file.write_text(json.dumps({"ssid": "cellar"}))
    board = board_with(GOOD)
    board.cut_at = cut_at
    with pytest.raises(LinkLostError):
        restored(board, file)
    assert board.settings() == GOOD
