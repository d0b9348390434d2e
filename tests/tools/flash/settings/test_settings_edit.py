"""In: what a user types in an editor. Out: it is saved once it is good, or never."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from picotemp_tools.flash.errors import FlashError, Kind
from picotemp_tools.flash.settings.stored import PATH
from picotemp_tools.flash.settings.verbs import edit
from tools.flash.settings.fake_asker import FakeAsker
from tools.flash.settings.settings_board import GOOD, SECRET, SettingsBoard, board_with

NEW = {"ssid": "cellar", "password": SECRET}
PORT = "port: expected a whole number from 1 to 65535"


class Typist:
    """A user who, each time the editor opens, makes the text another."""

    def __init__(self, *typed: Callable[[str], str]) -> None:
        self._typed = list(typed)
        self.seen: list[str] = []
        self.said: list[str] = []

    def __call__(self, file: Path) -> None:
        self.seen.append(file.read_text())
        file.write_text(self._typed.pop(0)(self.seen[-1]))

    def edits(self, board: SettingsBoard, *agrees: bool) -> bool:
        asker = FakeAsker(agrees=list(agrees), is_here=True)
        return edit(board.reach, asker, self.said.append, self)


def types(settings: object) -> Callable[[str], str]:
    return lambda _: json.dumps(settings)


def test_the_settings_are_offered_one_a_line_and_saved_as_typed() -> None:
    board, typist = board_with(GOOD), Typist(types(NEW))
    assert typist.edits(board)
    assert typist.seen == [json.dumps(GOOD, indent=2) + "\n"]
    assert (board.settings(), typist.said) == (NEW, ["changed"])


def test_a_board_without_settings_offers_what_has_to_be_there() -> None:
    board, typist = board_with(None), Typist(types(NEW))
    assert typist.edits(board)
    assert json.loads(typist.seen[0]) == {"ssid": "", "password": ""}
    assert board.settings() == NEW


@pytest.mark.parametrize("typed", [str, types(GOOD)])
def test_what_means_the_same_is_not_written(typed: Callable[[str], str]) -> None:
    board, typist = board_with(GOOD), Typist(typed)
    assert not typist.edits(board)
    assert (board.orders, typist.said) == ([], ["unchanged: nothing was written"])


def test_a_file_that_the_editor_removed_changes_nothing() -> None:
    board = board_with(GOOD)
    assert not edit(board.reach, FakeAsker(is_here=True), lambda _: None, Path.unlink)
    assert board.settings() == GOOD


def test_a_spoilt_file_is_offered_as_it_is_to_be_mended() -> None:
    spoilt = b'{"ssid": "cellar",}'
    board, typist = SettingsBoard({PATH: spoilt}), Typist(types(NEW))
    assert typist.edits(board)
    assert (typist.seen, board.settings()) == ([spoilt.decode()], NEW)


def test_problems_are_told_and_what_was_typed_stays_to_be_mended() -> None:
    board = board_with(GOOD)
    bad = json.dumps(NEW | {"port": 0})
    mend = "0}", "80}"
    typist = Typist(
        lambda _: bad.removesuffix("}"), lambda _: bad, lambda text: text.replace(*mend)
    )
    assert typist.edits(board, True, True)
    assert typist.seen[1:] == [bad.removesuffix("}"), bad]
    assert typist.said == [
        "what you wrote is not JSON (line 1): every key in quotes, commas between",
        PORT,
        "changed",
    ]
    assert board.settings() == NEW | {"port": 80}


def test_a_user_who_gives_up_keeps_the_old_settings() -> None:
    board, typist = board_with(GOOD), Typist(types(NEW | {"port": 0}))
    with pytest.raises(FlashError) as refused:
        typist.edits(board, False)
    assert refused.value.kind is Kind.NOT_AGREED
    assert str(refused.value) == "given up: the settings on the board are the old ones"
    assert (board.settings(), board.orders, typist.said) == (GOOD, [], [PORT])


@pytest.mark.parametrize("cut_at", range(3))
def test_what_was_typed_outlives_a_pulled_cable(cut_at: int) -> None:
    board, typist = board_with(GOOD), Typist(types(NEW), str)
    board.cut_at = cut_at
    assert typist.edits(board, True)
    assert typist.seen[1] == json.dumps(NEW)
    assert "the board is gone" in typist.said[0]
    assert (typist.said[1:], board.settings()) == (["changed"], NEW)


def test_the_board_is_left_alone_while_the_editor_is_open() -> None:
    board, reached = board_with(GOOD), 0

    class Watched(SettingsBoard):
        def __enter__(self) -> "Watched":
            nonlocal reached
            reached += 1
            return self

        def __exit__(self, *_: object) -> None:
            nonlocal reached
            reached -= 1

    def typed(file: Path) -> None:
        assert reached == 0
        file.write_text(json.dumps(NEW))

    watched = Watched(board.files)
    assert edit(lambda: watched, FakeAsker(is_here=True), lambda _: None, typed)
    assert (watched.settings(), reached) == (NEW, 0)


def test_without_a_terminal_no_editor_is_opened() -> None:
    board = board_with(GOOD)
    with pytest.raises(FlashError) as refused:
        edit(board.reach, FakeAsker(), lambda _: None, lambda _: pytest.fail("opened"))
    assert refused.value.kind is Kind.NOT_AGREED
