"""In: KEY=VALUE and KEY on a command line. Out: other settings, or all problems."""

import click
import pytest

from picotemp.settings import DEFAULTS
from picotemp_tools.flash.errors import FlashError, Kind
from picotemp_tools.flash.settings.questions import Given
from picotemp_tools.flash.settings.verbs import ON_COMMAND_LINE, change, changes
from tools.flash.settings.fake_asker import FakeAsker
from tools.flash.settings.settings_board import GOOD, SECRET, SettingsBoard, board_with

THERE_ARE = f"(there are: {', '.join(DEFAULTS)})"


def meant(*words: str) -> dict[str, object]:
    return changes(words, Given(), FakeAsker())


def changed(board: SettingsBoard, **values: object) -> tuple[bool, list[str]]:
    said: list[str] = []
    return change(board, values, said.append), said


def wrong(*words: str) -> list[str]:
    with pytest.raises(click.UsageError) as refused:
        meant(*words)
    return refused.value.message.splitlines()


def test_values_become_numbers_or_texts_as_their_keys_want() -> None:
    assert meant("port=81", "gain=1", "ssid=007", "gateway=", "hostname=a=b") == {
        "port": 81,
        "gain": 1.0,
        "ssid": "007",
        "gateway": "",
        "hostname": "a=b",
    }


def test_a_number_without_a_value_is_the_default_again() -> None:
    board = board_with(GOOD)
    assert changed(board, **meant("port=")) == (True, ["changed: port"])
    assert board.settings() == {"ssid": "attic", "password": SECRET}


def test_all_wrong_words_are_told_at_once_and_what_may_be_a_secret_is_not() -> None:
    assert wrong("hostnam=a", "port=81", SECRET, f"{SECRET}=1", "Port=1") == [
        f"hostnam: no such setting, did you mean hostname? {THERE_ARE}",
        f"argument 3: no such setting {THERE_ARE}",
        f"argument 4: no such setting {THERE_ARE}",
        f"Port: no such setting, did you mean port? {THERE_ARE}",
    ]


@pytest.mark.parametrize("word", [f"password={SECRET}", "password="])
def test_the_password_on_the_command_line_is_refused(word: str) -> None:
    assert wrong(word) == [f"password: {ON_COMMAND_LINE}"]


def test_a_key_alone_is_asked_for() -> None:
    asker = FakeAsker(["cellar", SECRET, "0", "81"])
    assert changes(["ssid", "password", "port"], Given(), asker) == {
        "ssid": "cellar",
        "password": SECRET,
        "port": 81,
    }
    assert [is_hidden for _, _, is_hidden in asker.asked] == [False, True, False, False]
    assert asker.told == ["port: expected a whole number from 1 to 65535"]


def test_a_password_that_was_given_is_not_asked_for() -> None:
    given = Given({"PICOTEMP_WIFI_PASSWORD": SECRET})
    assert changes(["password"], given, FakeAsker()) == {"password": SECRET}


def test_without_a_person_a_key_alone_tells_how_to_give_it() -> None:
    with pytest.raises(FlashError) as refused:
        meant("port")
    assert str(refused.value) == "there is nobody to ask: give port=VALUE"


def test_the_other_settings_stay_and_no_default_is_written() -> None:
    board = board_with(GOOD)
    done = changed(board, **meant("hostname=shed", "port=81"))
    assert done == (True, ["changed: hostname, port"])
    assert board.settings() == GOOD | {"hostname": "shed", "port": 81}


def test_a_board_without_settings_gets_those() -> None:
    board = board_with(None)
    assert changed(board, ssid="attic") == (True, ["changed: ssid"])
    assert board.settings() == {"ssid": "attic"}


def test_what_is_so_already_is_not_written() -> None:
    board = board_with(GOOD)
    assert changed(board, **meant("port=8080", "gain=")) == (
        False,
        ["nothing to change: the board has these settings"],
    )
    assert board.orders == []


def test_all_bad_values_are_told_at_once_and_none_is_changed() -> None:
    board = board_with(GOOD)
    with pytest.raises(FlashError) as refused:
        changed(board, **meant("port=eighty", "gain=nan", "hostname=shed", "ssid="))
    assert (refused.value.kind, str(refused.value).splitlines()) == (
        Kind.BAD_SETTINGS,
        [
            "ssid: expected the network's name, 1 to 32 bytes",
            "port: expected a whole number from 1 to 65535",
            "gain: expected a number from 0.5 to 2.0",
        ],
    )
    assert (board.settings(), board.orders) == (GOOD, [])
