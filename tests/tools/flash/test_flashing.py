"""In: a program, any board, faults. Out: the board boots it, whole."""

from copy import deepcopy
from functools import partial

import pytest
from hypothesis import given
from hypothesis import strategies as st

from picotemp_tools.flash.errors import FlashError, Kind
from picotemp_tools.flash.flashing import FLASHED, PLANNED, UP_TO_DATE, Flashing
from picotemp_tools.flash.planning.program import Program
from tools.flash.fake_board import FakeBoard, FakeTelling, lost
from tools.flash.planning.boards import boards, programs
from tools.flash.planning.model_board import (
    FOREIGN_MAIN,
    OUR_MAIN,
    ModelBoard,
    program_of,
    running,
)

OLD = program_of({"picotemp/app.mpy": b"old"})
NEW = program_of({"picotemp/app.mpy": b"new"})


def flashing(
    program: Program, board: FakeBoard, telling: FakeTelling | None = None, **how: bool
) -> Flashing:
    return Flashing(program, board, telling or FakeTelling(), lambda _: None, **how)


def with_old(main: bytes = OUR_MAIN) -> ModelBoard:
    model = ModelBoard()
    model.put_program(dict(OLD.files), f"/app/{OLD.folder}")
    model.put("/app/current", f"{OLD.folder}\n".encode())
    model.put("/main.py", main)
    model.put("/settings.json", b'{"ssid": "attic"}')
    return model


def orders_of_all(program: Program, model: ModelBoard) -> int:
    """Give how many orders it takes where nothing goes wrong."""
    board = FakeBoard(deepcopy(model), program)
    flashing(program, board).run()
    return board.orders


@given(st.data())
def test_whatever_lies_there_the_board_ends_with_the_program_and_all_else(
    data: st.DataObject,
) -> None:
    program = data.draw(programs())
    model = data.draw(boards(program))
    users = model.outside()
    telling = FakeTelling(agrees_to_all=False)
    telling.agrees = lambda question: "main.py" in question  # type: ignore[method-assign]
    board = FakeBoard(model, program)
    flashing(program, board, telling).run()
    assert model.boots() == running(program)
    assert model.outside() == users
    second = flashing(program, board, telling).run()
    assert (second.result, second.sent_bytes) == (UP_TO_DATE, 0)


def test_a_board_that_is_up_to_date_is_sent_nothing_and_starts_again() -> None:
    board = FakeBoard(with_old(), OLD)
    flashing(OLD, board).run()
    board.sent, before = [], board.resets
    outcome = flashing(OLD, board).run()
    assert (outcome.result, board.sent) == (UP_TO_DATE, [])
    assert board.resets == before + 1


@pytest.mark.parametrize("fault", [lost, KeyboardInterrupt])
def test_cut_off_at_any_order_it_boots_one_program_whole_and_a_second_run_ends_it(
    fault: type[BaseException],
) -> None:
    for number in range(1, orders_of_all(NEW, with_old()) + 1):
        board = FakeBoard(with_old(), NEW)
        board.fails_at = {n: fault() for n in range(number, number + 9)}
        with pytest.raises((FlashError, KeyboardInterrupt)):
            flashing(NEW, board).run()
        assert board.model.boots() in (running(OLD), running(NEW))
        assert board.resets == board.sessions
        board.fails_at = {}
        flashing(NEW, board).run()
        assert board.model.boots() == running(NEW)


def test_a_board_that_resets_once_in_the_middle_is_gone_on_with() -> None:
    for number in range(1, orders_of_all(NEW, with_old()) + 1):
        board = FakeBoard(with_old(), NEW)
        board.fails_at = {number: lost()}
        assert flashing(NEW, board).run().result == FLASHED
        assert board.model.boots() == running(NEW)


def test_a_board_that_resets_again_and_again_is_given_up_with_a_word() -> None:
    board = FakeBoard(with_old(), NEW)
    board.fails_at = {number: lost() for number in range(3, 99)}
    with pytest.raises(FlashError) as raised:
        flashing(NEW, board).run()
    assert raised.value.kind is Kind.INTERRUPTED


def test_a_program_that_does_not_come_up_is_switched_back() -> None:
    board = FakeBoard(with_old(FOREIGN_MAIN), NEW)
    board.comes_up = lambda _: False
    with pytest.raises(FlashError, match="switched back") as raised:
        flashing(NEW, board).run()
    assert raised.value.kind is Kind.DID_NOT_COME_UP
    assert board.model.boots() == FOREIGN_MAIN


@pytest.mark.parametrize("main", [OUR_MAIN, FOREIGN_MAIN])
@pytest.mark.parametrize("at", ["fails_at", "fails_after"])
def test_the_way_back_is_gone_again_wherever_the_board_is_lost_on_it(
    main: bytes, at: str
) -> None:
    for number in range(1, 12):
        board = FakeBoard(with_old(main), NEW)
        boots = board.model.boots()
        board.comes_up = partial(lost_later, board, number, at)
        with pytest.raises(FlashError, match="switched back"):
            flashing(NEW, board).run()
        assert board.model.boots() == boots


def lost_later(board: FakeBoard, number: int, at: str, _: object) -> bool:
    """Have the board lost at an order of the way back, before it is done or after."""
    getattr(board, at)[board.orders + number] = lost()
    return False


def test_a_way_back_that_fails_is_told_with_the_reason_for_it() -> None:
    board = FakeBoard(with_old(), NEW)

    def lose_all(_: object) -> bool:
        board.fails_at = {board.orders + number: lost() for number in range(1, 99)}
        return False

    board.comes_up = lose_all
    with pytest.raises(FlashError, match="nothing on the serial port; nor did the way"):
        flashing(NEW, board).run()


def test_what_was_sent_is_counted_over_all_tries() -> None:
    whole = FakeBoard(with_old(), NEW)
    sent_bytes = flashing(NEW, whole).run().sent_bytes
    for number in range(1, whole.orders + 1):
        board = FakeBoard(with_old(), NEW)
        board.fails_after = {number: lost()}
        outcome = flashing(NEW, board).run()
        assert (outcome.result, outcome.sent_bytes >= sent_bytes) == (FLASHED, True)


def test_a_first_program_that_does_not_come_up_stays() -> None:
    board = FakeBoard(ModelBoard(), NEW)
    board.comes_up = lambda _: False
    with pytest.raises(FlashError, match="nothing to go back to"):
        flashing(NEW, board).run()
    assert board.model.boots() == running(NEW)


def test_the_old_program_stays_until_the_new_one_is_up() -> None:
    board = FakeBoard(with_old(), NEW)
    seen = []

    def look(_: object) -> bool:
        seen.append(f"/app/{OLD.folder}/picotemp/app.mpy" in board.model.files)
        return True

    board.comes_up = look
    flashing(NEW, board).run()
    assert seen == [True, False]


def test_bytes_that_changed_on_the_way_are_never_switched_to() -> None:
    board = FakeBoard(with_old(), NEW)
    board.writes = lambda content: content[:-1] + b"?"
    with pytest.raises(FlashError) as raised:
        flashing(NEW, board).run()
    assert raised.value.kind is Kind.VERIFICATION_FAILED
    assert board.model.boots() == running(OLD)


def test_a_foreign_main_is_replaced_on_consent_and_kept_here() -> None:
    board, telling = FakeBoard(with_old(FOREIGN_MAIN), NEW), FakeTelling()
    flashing(NEW, board, telling).run()
    assert board.model.boots() == running(NEW)
    assert telling.kept == {"main.py": FOREIGN_MAIN}


def test_without_consent_nothing_is_changed() -> None:
    board = FakeBoard(with_old(FOREIGN_MAIN), NEW)
    before = deepcopy(board.model)
    with pytest.raises(FlashError) as raised:
        flashing(NEW, board, FakeTelling(agrees_to_all=False)).run()
    assert raised.value.kind is Kind.NOT_AGREED
    assert board.model == before


@pytest.mark.parametrize("agrees", [True, False])
def test_a_plain_copy_is_removed_on_consent_only(agrees: bool) -> None:
    model = with_old()
    model.put("/picotemp/app.py", b"plain")
    model.put("/microdot.mpy", b"dots")
    board = FakeBoard(model, NEW)
    outcome = flashing(NEW, board, FakeTelling(agrees_to_all=agrees)).run()
    assert outcome.leftovers == (() if agrees else ("/picotemp", "/microdot.mpy"))
    assert ("/picotemp/app.py" in model.files) is not agrees
    assert ("/microdot.mpy" in model.files) is not agrees


def test_a_dry_run_changes_and_asks_nothing() -> None:
    board, telling = FakeBoard(with_old(FOREIGN_MAIN), NEW), FakeTelling()
    before = deepcopy(board.model)
    outcome = flashing(NEW, board, telling, is_dry_run=True).run()
    assert (outcome.result, telling.questions) == (PLANNED, [])
    assert board.model == before
    assert len(telling.shown) == 1


def test_a_board_without_wifi_is_left_alone() -> None:
    board = FakeBoard(ModelBoard(), NEW)
    board.identity = ("micropython", (1, 29, 0), "Raspberry Pi Pico with RP2040", "e6")
    with pytest.raises(FlashError) as raised:
        flashing(NEW, board).run()
    assert raised.value.kind is Kind.WRONG_BOARD
    assert board.model == ModelBoard()


def test_what_goes_through_the_cable_is_told_to_the_byte() -> None:
    telling = FakeTelling()
    outcome = flashing(NEW, FakeBoard(with_old(), NEW), telling).run()
    assert telling.advanced_bytes == outcome.sent_bytes > 0
