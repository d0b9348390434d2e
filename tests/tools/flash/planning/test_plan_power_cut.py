"""In: any program, any board, any moment. Out: old or new, whole; then the new one."""

from collections.abc import Iterable
from copy import deepcopy

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from picotemp_tools.flash.planning.plan import Plan, plan
from picotemp_tools.flash.planning.program import Program
from picotemp_tools.flash.planning.snapshot import MAIN
from picotemp_tools.flash.planning.steps import Copy, Rename, Send, Step
from tools.flash.planning.boards import boards, programs
from tools.flash.planning.model_board import (
    OUR_MAINS,
    ModelBoard,
    WrongBytesError,
    running,
)


def plan_for(program: Program, board: ModelBoard) -> Plan:
    return plan(program, board.snapshot(), OUR_MAINS)


def moments(board: ModelBoard, steps: Iterable[Step]) -> list[ModelBoard]:
    """Give the board as a cut at any moment of the steps leaves it; the last: done."""
    done = deepcopy(board)
    left = [deepcopy(board)]
    for step in steps:
        left += done.torn(step)
        done.do(step)
        left.append(deepcopy(done))
    return left


def assert_is_done(program: Program, board: ModelBoard) -> None:
    assert board.boots() == running(program)
    assert board.files[MAIN] == program.main
    assert plan_for(program, board).is_empty
    in_app = {path for path in board.files if path.startswith("/app/")}
    folder = f"/app/{plan_for(program, board).folder}/"
    expected = {f"{folder}{path}" for path in program.files} | {"/app/current"}
    assert {path for path in in_app if not path.startswith("/app/mine/")} == expected


@settings(max_examples=80, deadline=None)
@given(st.data())
def test_cut_off_at_any_moment_the_board_boots_the_old_or_the_new_program(
    data: st.DataObject,
) -> None:
    program = data.draw(programs())
    board = data.draw(boards(program))
    for left in moments(board, plan_for(program, board).steps):
        assert left.boots() in (board.boots(), running(program))


@settings(max_examples=40, deadline=None)
@given(st.data())
def test_after_a_cut_at_any_moment_a_second_run_finishes_the_job(
    data: st.DataObject,
) -> None:
    program = data.draw(programs())
    board = data.draw(boards(program))
    for left in moments(board, plan_for(program, board).steps):
        left.do_all(plan_for(program, left).steps)
        assert_is_done(program, left)


@settings(max_examples=50, deadline=None)
@given(st.data())
def test_cut_again_and_again_with_one_program_after_another_each_is_whole(
    data: st.DataObject,
) -> None:
    board = data.draw(boards(data.draw(programs())))
    whole = {board.boots()}
    for program in data.draw(st.lists(programs(), min_size=2, max_size=5)):
        whole.add(running(program))
        left = moments(board, plan_for(program, board).steps)
        assert {moment.boots() for moment in left} <= whole
        board = data.draw(st.sampled_from(left))


@settings(max_examples=50, deadline=None)
@given(st.data())
def test_nothing_outside_app_and_main_is_ever_touched(data: st.DataObject) -> None:
    program = data.draw(programs())
    board = data.draw(boards(program))
    planned = plan_for(program, board)
    for left in moments(board, planned.steps) + _went_back(board, planned):
        assert left.outside() == board.outside()
        for path, content in board.files.items():
            assert not path.startswith("/app/mine/") or left.files[path] == content


@settings(max_examples=50, deadline=None)
@given(st.data())
def test_a_program_that_does_not_come_up_is_switched_back_whole(
    data: st.DataObject,
) -> None:
    program = data.draw(programs())
    board = data.draw(boards(program))
    before = board.snapshot()
    planned = plan_for(program, board)
    went_back = _went_back(board, planned)
    is_in_trial = before.previous is not None
    homes = {board.boots(), running(program)}
    if is_in_trial or before.main is None:
        return  # what it boots now is not what came up last
    for left in went_back:
        assert left.boots() in homes
    is_current_there = before.current is None or before.current in before.folders
    if planned.back and is_current_there:
        assert went_back[-1].boots() == board.boots()


@settings(max_examples=50, deadline=None)
@given(st.data())
def test_what_could_be_gone_back_to_is_there_until_the_program_has_come_up(
    data: st.DataObject,
) -> None:
    program = data.draw(programs())
    board = data.draw(boards(program))
    planned = plan_for(program, board)
    before_up = deepcopy(board)
    before_up.do_all(planned.before)
    kept = {f"/app/{name}/" for name in board.snapshot().folders} - {
        f"/app/{planned.folder}/"
    }
    for path, content in board.files.items():
        if any(path.startswith(folder) for folder in kept):
            assert before_up.files[path] == content


@settings(max_examples=50, deadline=None)
@given(st.data())
def test_nothing_is_renamed_into_place_when_the_flash_holds_other_bytes(
    data: st.DataObject,
) -> None:
    program = data.draw(programs())
    board = data.draw(boards(program))
    steps = plan_for(program, board).steps
    writes = [at for at, step in enumerate(steps) if isinstance(step, Send | Copy)]
    if not writes:
        return
    spoilt = data.draw(st.sampled_from(writes))
    done = deepcopy(board)
    done.do_all(steps[: spoilt + 1])
    step = steps[spoilt]
    assert isinstance(step, Send | Copy)
    done.files[step.path] += b"noise"
    with pytest.raises(WrongBytesError):
        done.do_all(steps[spoilt + 1 :])
    assert done.boots() in (board.boots(), running(program))
    renames = [at for at, step in enumerate(steps) if isinstance(step, Rename)]
    assert any(at > spoilt for at in renames)
    done.do_all(plan_for(program, done).steps)
    assert_is_done(program, done)


def _went_back(board: ModelBoard, planned: Plan) -> list[ModelBoard]:
    before_up = deepcopy(board)
    before_up.do_all(planned.before)
    return moments(before_up, planned.back if planned.before else ())
