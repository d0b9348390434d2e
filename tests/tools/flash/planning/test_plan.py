"""In: one program, boards a user may have. Out: the plan that each of them needs."""

from dataclasses import replace

import pytest

from picotemp_tools import board_files
from picotemp_tools.flash.errors import FlashError, Kind
from picotemp_tools.flash.planning import loader
from picotemp_tools.flash.planning.plan import Plan, plan
from picotemp_tools.flash.planning.program import sha256
from picotemp_tools.flash.planning.snapshot import (
    CURRENT,
    MAIN,
    MAIN_BEFORE,
    PREVIOUS,
    Found,
)
from picotemp_tools.flash.planning.steps import Copy, Remove, Rename, Send
from tools.flash.planning.model_board import (
    FOREIGN_MAIN,
    OUR_MAINS,
    OUR_OLD_MAIN,
    ModelBoard,
    program_of,
    running,
)

OLD = {"picotemp/app.mpy": b"old app", "microdot.mpy": b"microdot" * 1000}
NEW = {"picotemp/app.mpy": b"new app", "microdot.mpy": b"microdot" * 1000}
PROGRAM = program_of(NEW)


def flashed(files: dict[str, bytes]) -> ModelBoard:
    board = ModelBoard()
    program = program_of(files)
    board.do_all(plan(program, board.snapshot(), OUR_MAINS).steps)
    assert board.boots() == running(program)
    return board


def plan_for(board: ModelBoard) -> Plan:
    return plan(PROGRAM, board.snapshot(), OUR_MAINS)


def renamed(planned: Plan) -> list[str]:
    return [step.path for step in planned.steps if isinstance(step, Rename)]


def sent(planned: Plan) -> list[str]:
    return [step.path for step in planned.steps if isinstance(step, Send)]


def test_the_second_plan_after_a_whole_run_is_empty() -> None:
    planned = plan_for(flashed(NEW))
    assert planned.is_empty
    assert (planned.send_bytes, planned.back, planned.leftovers) == (0, (), ())


def test_only_what_differs_is_sent_the_rest_is_copied_on_the_board() -> None:
    planned = plan_for(flashed(OLD))
    assert sent(planned) == [
        f"/app/{PROGRAM.folder}/picotemp/app.mpy",
        "/app/previous.new",
        "/app/current.new",
    ]
    old = program_of(OLD).folder
    assert [step for step in planned.steps if isinstance(step, Copy)] == [
        Copy(
            f"/app/{old}/microdot.mpy",
            f"/app/{PROGRAM.folder}/microdot.mpy",
            len(NEW["microdot.mpy"]),
        )
    ]


def test_the_microdot_of_a_plain_copy_is_not_sent_again() -> None:
    board = ModelBoard()
    board.put("/microdot.mpy", NEW["microdot.mpy"])
    assert f"/app/{PROGRAM.folder}/microdot.mpy" not in sent(plan_for(board))


def test_the_old_folder_goes_once_the_new_program_has_come_up() -> None:
    planned = plan_for(flashed(OLD))
    old = Remove(f"/app/{program_of(OLD).folder}")
    assert planned.after[-1] == old
    assert not any(isinstance(step, Remove) for step in planned.before)


def test_our_main_is_replaced_before_the_switch_and_a_foreign_one_after() -> None:
    board = flashed(OLD)
    board.files[MAIN] = OUR_OLD_MAIN
    assert renamed(plan_for(board)) == [MAIN_BEFORE, PREVIOUS, MAIN, CURRENT]
    board.files[MAIN] = FOREIGN_MAIN
    assert renamed(plan_for(board)) == [MAIN_BEFORE, PREVIOUS, CURRENT, MAIN]


def test_a_foreign_main_is_flagged_and_kept_until_ours_has_come_up() -> None:
    board = ModelBoard()
    board.put(MAIN, FOREIGN_MAIN)
    planned = plan_for(board)
    assert planned.is_main_foreign
    assert not plan_for(flashed(OLD)).is_main_foreign
    board.do_all(planned.before)
    assert board.files[MAIN_BEFORE] == FOREIGN_MAIN
    board.do_all(planned.back)
    assert board.boots() == FOREIGN_MAIN


def test_a_main_that_a_user_has_changed_is_foreign() -> None:
    board = flashed(NEW)
    board.files[MAIN] += b"# mine"
    planned = plan_for(board)
    assert planned.is_main_foreign
    assert renamed(planned) == [MAIN_BEFORE, PREVIOUS, MAIN]


def test_a_main_that_cannot_be_read_is_told() -> None:
    board = replace(flashed(OLD).snapshot(), main=Found(None))
    with pytest.raises(FlashError, match=r"/main\.py cannot be read") as error:
        plan(PROGRAM, board, OUR_MAINS)
    assert error.value.kind is Kind.FILESYSTEM_UNREADABLE


def test_a_file_changed_on_the_board_is_repaired_beside_the_running_program() -> None:
    board = flashed(NEW)
    folder = PROGRAM.folder
    board.files[f"/app/{folder}/picotemp/app.mpy"] = b"changed"
    planned = plan_for(board)
    assert planned.folder == f"{folder}-again"
    assert not any(path.startswith(f"/app/{folder}/") for path in sent(planned))
    board.do_all(planned.steps)
    assert plan_for(board).is_empty
    board.files[f"/app/{folder}-again/picotemp/app.mpy"] = b"changed again"
    assert plan_for(board).folder == folder


def test_a_source_that_would_hide_a_compiled_module_makes_the_folder_anew() -> None:
    board = ModelBoard()
    board.put_program(NEW, f"/app/{PROGRAM.folder}")
    board.put(f"/app/{PROGRAM.folder}/picotemp/app.py", b"")
    planned = plan_for(board)
    assert planned.steps[0] == Remove(f"/app/{PROGRAM.folder}")
    board.do_all(planned.steps)
    assert board.boots() == running(PROGRAM)


def test_an_empty_folder_that_would_hide_a_module_makes_the_folder_anew() -> None:
    board = ModelBoard()
    board.put_program(NEW, f"/app/{PROGRAM.folder}")
    board.folders.add(f"/app/{PROGRAM.folder}/picotemp/app")
    assert plan_for(board).steps[0] == Remove(f"/app/{PROGRAM.folder}")


def test_what_an_interrupted_run_has_sent_is_not_sent_again() -> None:
    board = ModelBoard()
    board.put(f"/app/{PROGRAM.folder}/microdot.mpy", NEW["microdot.mpy"])
    assert f"/app/{PROGRAM.folder}/microdot.mpy" not in sent(plan_for(board))


def test_a_run_cut_off_before_the_program_came_up_still_knows_the_way_back() -> None:
    board = flashed(OLD)
    planned = plan_for(board)
    board.do_all(planned.before)
    again = plan_for(board)
    assert (again.before, again.after[0]) == ((), Remove(PREVIOUS))
    board.do_all(again.back)
    assert board.boots() == running(program_of(OLD))


def test_where_nothing_ran_before_there_is_no_way_back() -> None:
    assert plan_for(ModelBoard()).back == ()


def test_a_plain_copy_is_gone_back_to_and_reported_but_not_removed() -> None:
    board = ModelBoard()
    board.put(MAIN, OUR_OLD_MAIN)
    board.put("/picotemp/app.py", b"")
    board.put("/microdot.mpy", b"")
    before = board.boots()
    planned = plan_for(board)
    assert planned.leftovers == ("/picotemp", "/microdot.mpy")
    board.do_all(planned.before)
    assert board.boots() == running(PROGRAM)
    board.do_all(planned.back)
    assert board.boots() == before
    assert "/picotemp/app.py" in board.files


def test_todays_main_is_known_as_ours() -> None:
    main = board_files.source_file("main.py").read_bytes()
    assert sha256(main) in loader.OUR_MAINS, "add its sha256 to loader.OUR_MAINS"
