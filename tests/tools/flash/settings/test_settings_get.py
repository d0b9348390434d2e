"""In: a board with settings. Out: what `settings get` shows; never the password."""

import json

import click
import pytest

from picotemp.settings import DEFAULTS
from picotemp_tools.flash.errors import FlashError, Kind
from picotemp_tools.flash.settings.verbs import get
from tools.flash.settings.settings_board import GOOD, SECRET, SettingsBoard, board_with


def shown(
    settings: dict[str, object] | None, key: str | None = None, is_json: bool = False
) -> list[str]:
    said: list[str] = []
    get(board_with(settings), key, is_json, said.append)
    return said


def test_all_settings_are_shown_the_defaults_marked_the_password_hidden() -> None:
    assert shown(GOOD) == [
        "ssid = attic",
        "password = (set)",
        "country = XX  (default)",
        "hostname = picotemp  (default)",
        "address =   (default)",
        "netmask = 255.255.255.0  (default)",
        "gateway =   (default)",
        "name_server =   (default)",
        "probe_target =   (default)",
        "port = 8080",
        "vref_volts = 3.3  (default)",
        "gain = 1.0  (default)",
        "offset_celsius = 0.0  (default)",
    ]


def test_a_network_without_a_password_is_shown_as_one() -> None:
    assert shown({"ssid": "a", "password": ""})[1] == "password = (none)"
    assert shown({"ssid": "a"})[1] == "password = (none)  (default)"


def test_a_program_is_told_all_but_the_password() -> None:
    (line,) = shown(GOOD, is_json=True)
    expected = DEFAULTS | {"ssid": "attic", "port": 8080}
    del expected["password"]
    assert json.loads(line) == {
        "settings": expected,
        "has_password": True,
        "chosen": ["ssid", "password", "port"],
        "problems": [],
    }


@pytest.mark.parametrize(
    ("key", "text", "as_json"),
    [
        ("port", "8080", "8080"),
        ("ssid", "attic", '"attic"'),
        ("gain", "1.0", "1.0"),
        ("gateway", "", '""'),
    ],
)
def test_one_setting_is_its_bare_value(key: str, text: str, as_json: str) -> None:
    assert (shown(GOOD, key), shown(GOOD, key, is_json=True)) == ([text], [as_json])


def test_the_password_alone_is_refused() -> None:
    with pytest.raises(click.UsageError) as refused:
        shown(GOOD, "password")
    assert refused.value.message == (
        "the password is never shown; `settings get` says whether there is one"
    )


def test_a_setting_that_is_none_is_refused_with_the_closest() -> None:
    with pytest.raises(click.UsageError) as refused:
        shown(GOOD, "hostnam")
    assert refused.value.message == (
        "hostnam: no such setting, did you mean hostname? "
        f"(there are: {', '.join(DEFAULTS)})"
    )


def test_a_board_without_settings_shows_the_defaults_and_what_is_missing() -> None:
    lines = shown(None)
    assert lines[0] == "ssid =   (default)"
    assert lines[-1] == "not good: ssid: expected the network's name, 1 to 32 bytes"


def test_values_that_are_not_good_are_told_and_not_shown() -> None:
    bad = {"ssid": {"password": SECRET}, "password": SECRET, "port": SECRET, SECRET: 1}
    lines, (line,) = shown(bad), shown(bad, is_json=True)
    assert lines[0] == "ssid = (not good)"
    assert "port = (not good)" in lines
    assert "not good: port: expected a whole number from 1 to 65535" in lines
    assert json.loads(line)["settings"]["port"] is None
    assert SECRET not in "".join([*lines, line])
    with pytest.raises(FlashError) as refused:
        shown(bad, "port")
    assert refused.value.kind is Kind.BAD_SETTINGS
    assert SECRET not in str(refused.value)


def test_a_name_that_would_move_the_cursor_is_shown_in_quotes() -> None:
    assert shown({"ssid": "a\x1b[2J"})[0] == 'ssid = "a\\u001b[2J"'


def test_reading_orders_nothing() -> None:
    board: SettingsBoard = board_with(GOOD)
    get(board, None, False, lambda _: None)
    assert (board.orders, board.settings()) == ([], GOOD)
