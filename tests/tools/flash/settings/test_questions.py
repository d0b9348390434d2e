"""In: what was given, what a person answers. Out: settings, or what is to be given."""

import io
import sys
from pathlib import Path

import click
import pytest

from picotemp_tools.flash.errors import FlashError, Kind
from picotemp_tools.flash.settings.questions import (
    MOST_TRIES,
    QUESTIONS,
    Given,
    answer,
    ask,
)
from tools.flash.settings.fake_asker import FakeAsker
from tools.flash.settings.settings_board import SECRET

WIFI = {"PICOTEMP_WIFI_SSID": "attic", "PICOTEMP_WIFI_PASSWORD": SECRET}
GERMAN = {"LANG": "de_DE.UTF-8"}


def test_a_new_board_needs_four_answers_and_the_password_is_hidden() -> None:
    asker = FakeAsker(["attic", SECRET, "shed", "AT"])
    assert ask(Given(GERMAN), asker) == {
        "ssid": "attic",
        "password": SECRET,
        "hostname": "shed",
        "country": "AT",
    }
    assert asker.asked == [
        (QUESTIONS["ssid"], "", False),
        (QUESTIONS["password"], "", True),
        (QUESTIONS["hostname"], "picotemp", False),
        (QUESTIONS["country"], "DE", False),
    ]


def test_what_is_a_default_is_not_written() -> None:
    asker = FakeAsker(["attic", "", "", ""])
    assert ask(Given(), asker) == {"ssid": "attic"}


@pytest.mark.parametrize(
    ("environment", "country"),
    [
        ({"LANG": "de_DE.UTF-8"}, "DE"),
        ({"LANG": "de_DE", "LC_ALL": "pt_BR@x"}, "BR"),
        ({"LANG": "C.UTF-8"}, "XX"),
        ({"LANG": "POSIX"}, "XX"),
        ({"LANG": "German_Germany"}, "XX"),
        ({}, "XX"),
    ],
)
def test_the_country_is_the_one_the_language_names(
    environment: dict[str, str], country: str
) -> None:
    assert Given(environment).country() == country


def test_what_was_given_is_not_asked() -> None:
    asker = FakeAsker(["", ""])
    assert ask(Given(WIFI), asker) == {"ssid": "attic", "password": SECRET}
    assert [text for text, _, _ in asker.asked] == [
        QUESTIONS["hostname"],
        QUESTIONS["country"],
    ]


def test_without_a_person_nothing_is_asked_and_the_language_is_no_answer() -> None:
    asker = FakeAsker()
    assert ask(Given(WIFI | GERMAN), asker) == {"ssid": "attic", "password": SECRET}
    assert (asker.asked, asker.told) == ([], [])


GIVE_IT = (
    "set PICOTEMP_WIFI_PASSWORD or use --password-file FILE "
    "(an empty one: an open network)"
)


@pytest.mark.parametrize(
    ("environment", "ways"),
    [
        ({}, f"set PICOTEMP_WIFI_SSID, and {GIVE_IT}"),
        ({"PICOTEMP_WIFI_SSID": "attic"}, GIVE_IT),
        ({"PICOTEMP_WIFI_PASSWORD": SECRET}, "set PICOTEMP_WIFI_SSID"),
        (
            {"PICOTEMP_WIFI_SSID": "attic", "PICOTEMP_WIFI_PASSWORD": ""},
            GIVE_IT,
        ),
    ],
)
def test_without_a_person_what_is_missing_is_told_with_the_way_to_give_it(
    environment: dict[str, str], ways: str
) -> None:
    with pytest.raises(FlashError) as refused:
        ask(Given(environment), FakeAsker())
    assert refused.value.kind is Kind.BAD_SETTINGS
    assert str(refused.value) == f"there is nobody to ask: {ways}"


def test_a_wrong_answer_is_told_and_asked_again() -> None:
    asker = FakeAsker(["attic", "short", SECRET, "", "germany", "DE"])
    assert ask(Given(), asker)["password"] == SECRET
    assert asker.told == [
        "password: expected 8 to 63 bytes, or nothing (open)",
        "country: expected two capital letters, say DE",
    ]


def test_after_five_wrong_answers_it_is_over() -> None:
    asker = FakeAsker(["short"] * 9)
    with pytest.raises(FlashError) as refused:
        answer("password", Given(), asker)
    assert (len(asker.asked), refused.value.kind) == (MOST_TRIES, Kind.BAD_SETTINGS)


def test_what_was_given_wrong_is_told_by_its_source_and_not_repeated(
    tmp_path: Path,
) -> None:
    file = tmp_path / "password"
    file.write_text("short\n")
    expected = "password: expected 8 to 63 bytes, or nothing (open)"
    for given, source in (
        (Given({"PICOTEMP_WIFI_PASSWORD": "short"}), "PICOTEMP_WIFI_PASSWORD"),
        (Given(password_file=str(file)), str(file)),
    ):
        with pytest.raises(FlashError) as refused:
            answer("password", given, FakeAsker())
        assert str(refused.value) == f"{source}: {expected}"


@pytest.mark.parametrize(
    ("content", "password"),
    [
        (b"of the file\nsecond line\n", "of the file"),
        (b"\xef\xbb\xbfof the file\r\n", "of the file"),
        (b" with spaces ", " with spaces "),
        (b"", ""),
    ],
)
def test_the_first_line_of_a_password_file_goes_before_the_environment(
    tmp_path: Path, content: bytes, password: str
) -> None:
    file = tmp_path / "password"
    file.write_bytes(content)
    given = Given(WIFI, str(file))
    assert answer("password", given, FakeAsker()) == password


def test_a_password_file_called_minus_is_the_standard_input(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    stdin = io.TextIOWrapper(io.BytesIO(f"{SECRET}\nmore\n".encode()))
    monkeypatch.setattr(sys, "stdin", stdin)
    assert answer("password", Given({}, "-"), FakeAsker()) == SECRET


def test_a_password_file_that_is_none_is_wrong_use(tmp_path: Path) -> None:
    for path, reason in (
        (tmp_path / "none", "No such file or directory"),
        (tmp_path, "Is a directory"),
    ):
        with pytest.raises(click.UsageError) as refused:
            answer("password", Given(password_file=str(path)), FakeAsker())
        text = f"the password file {path} cannot be read: {reason}"
        assert refused.value.message == text


def test_a_password_file_that_is_no_text_is_told_without_it(tmp_path: Path) -> None:
    file = tmp_path / "password"
    file.write_bytes(b"\xff" + SECRET.encode())
    with pytest.raises(FlashError) as refused:
        answer("password", Given(password_file=str(file)), FakeAsker())
    assert str(refused.value) == f"the password file {file} is not UTF-8 text"
    assert refused.value.__context__ is None


def test_what_was_given_does_not_show_its_password() -> None:
    assert SECRET not in repr(Given(WIFI))
