"""In: settings, a board whose power may go. Out: the old ones or the new, never bad."""

import json
import subprocess

import pytest
from hypothesis import given
from hypothesis import strategies as st

from picotemp.settings import DEFAULTS, check
from picotemp_tools.emulator import interpreter
from picotemp_tools.flash.errors import FlashError, Kind, LinkLostError
from picotemp_tools.flash.settings.stored import (
    NEW,
    PATH,
    decode,
    encode,
    load,
    problem,
    save,
    value_of,
)
from tools.flash.settings.settings_board import GOOD, SECRET, SettingsBoard, board_with

ORDERS = 3
REMEDY = "picotemp-flash settings edit, or picotemp-flash restore FILE"
EMOJI = {"ssid": "café \U0001f600", "password": 'a "quoted" \\ word\x7f'}


def test_a_board_without_the_file_has_no_settings() -> None:
    assert load(SettingsBoard()) is None


def test_what_is_in_the_file_is_loaded_good_or_not() -> None:
    assert load(board_with({"port": "eighty"})) == {"port": "eighty"}


@pytest.mark.parametrize(
    ("content", "wrong"),
    [
        (f'{{"password": "{SECRET}"'.encode(), "is not JSON (line 1)"),
        (f'{{"ssid": "a",\n"password": {SECRET}}}'.encode(), "is not JSON (line 2)"),
        (b"", "is not JSON (line 1)"),
        (b"\xff" + SECRET.encode(), "is not JSON"),
        (b"[" * 4000, "is not JSON"),
        (json.dumps([SECRET]).encode(), "is not a JSON object"),
        (encode({"password": SECRET * 999}), "is larger than 4096 bytes"),
    ],
)
def test_a_spoilt_file_is_told_with_its_remedy_and_nothing_in_it(
    content: bytes, wrong: str
) -> None:
    with pytest.raises(FlashError) as refused:
        load(SettingsBoard({PATH: content}))
    assert refused.value.kind is Kind.BAD_SETTINGS
    assert str(refused.value) == f"the board's {PATH} {wrong}: {REMEDY}"


def test_all_problems_are_told_at_once_without_a_value_and_nothing_is_written() -> None:
    board = board_with(GOOD)
    bad = {"ssid": "", "password": "short", "port": 0, SECRET: 1}
    with pytest.raises(FlashError) as refused:
        save(board, bad)
    there_are = ", ".join(sorted(DEFAULTS))
    assert (refused.value.kind, str(refused.value).splitlines()) == (
        Kind.BAD_SETTINGS,
        [
            f"unknown settings: 1 (there are: {there_are})",
            "ssid: expected the network's name, 1 to 32 bytes",
            "password: expected 8 to 63 bytes, or nothing (open)",
            "port: expected a whole number from 1 to 65535",
        ],
    )
    assert (board.settings(), board.orders) == (GOOD, [])


def test_only_what_was_chosen_is_written() -> None:
    board = SettingsBoard()
    save(board, {"ssid": "attic"})
    assert board.files == {PATH: b'{"ssid": "attic"}'}


@pytest.mark.parametrize("cut_at", range(ORDERS))
def test_a_power_cut_leaves_the_old_settings_and_a_second_try_the_new(
    cut_at: int,
) -> None:
    board = board_with(GOOD)
    board.cut_at = cut_at
    with pytest.raises(LinkLostError):
        save(board, {"ssid": "cellar"})
    assert board.settings() == GOOD
    save(board, {"ssid": "cellar"})
    assert board.files == {PATH: b'{"ssid": "cellar"}'}


def test_no_order_comes_after_the_rename() -> None:
    board = board_with(GOOD)
    save(board, {"ssid": "cellar"})
    assert board.orders == ["write", "sha256", "rename"]


def test_bytes_that_the_flash_spoils_do_not_become_the_settings() -> None:
    class Spoiling(SettingsBoard):
        def write(self, path: str, content: bytes) -> None:
            super().write(path, content.replace(b"cellar", b"cell\xffr"))

    board = Spoiling(board_with(GOOD).files)
    with pytest.raises(FlashError) as refused:
        save(board, {"ssid": "cellar"})
    assert refused.value.kind is Kind.VERIFICATION_FAILED
    assert str(refused.value) == (
        f"the board holds other bytes in {NEW} than were sent: "
        "the settings are the old ones; try again"
    )
    assert board.settings() == GOOD


TEXTS = st.text(st.characters(codec="utf-8"), min_size=8, max_size=15)


@given(ssid=TEXTS, password=TEXTS)
def test_what_is_saved_is_loaded(ssid: str, password: str) -> None:
    settings = {"ssid": ssid, "password": password}
    found, _ = check(settings)
    if found:
        board = SettingsBoard()
        save(board, dict(settings))
        assert load(board) == settings


@pytest.mark.usefixtures("new_place")  # which skips where there is no MicroPython
def test_micropython_reads_every_character_as_it_was_meant() -> None:
    program = f"import json; print(json.loads({encode(dict(EMOJI))!r}) == {EMOJI!r})"
    done = subprocess.run([*interpreter.find(), "-c", program], capture_output=True)
    assert done.stdout.split() == [b"True"]


@pytest.mark.parametrize(
    ("key", "text", "value"),
    [
        ("port", "80", 80),
        ("port", "eighty", "eighty"),
        ("port", "80.5", "80.5"),
        ("gain", "1", 1.0),
        ("offset_celsius", "-1.5", -1.5),
        ("ssid", "007", "007"),
        ("gateway", "", ""),
    ],
)
def test_a_text_becomes_what_its_key_wants(key: str, text: str, value: object) -> None:
    assert value_of(key, text) == value


@given(key=st.sampled_from(sorted(DEFAULTS)), text=st.text(max_size=40))
def test_a_value_is_judged_by_its_own_rule_alone(key: str, text: str) -> None:
    value = value_of(key, text)
    _, wrong = check({"ssid": "any", key: value})
    assert problem(key, value) in (None, *wrong)
    assert (problem(key, value) is None) == (
        not any(line.startswith(f"{key}: ") for line in wrong)
    )


def test_a_file_with_a_byte_order_mark_is_refused_as_the_board_refuses_it() -> None:
    with pytest.raises(FlashError):
        decode(b"\xef\xbb\xbf" + encode(GOOD), "it", "no")
