"""In: a board with little room. Out: a plan that fits real littlefs, or what lacks."""

import json
import subprocess

import pytest

from picotemp_tools.emulator import interpreter
from picotemp_tools.errors import ToolError
from picotemp_tools.flash.errors import FlashError, Kind
from picotemp_tools.flash.planning.plan import plan
from picotemp_tools.flash.planning.snapshot import Snapshot
from picotemp_tools.flash.planning.space import needed_bytes
from picotemp_tools.flash.planning.steps import MakeFolder, Remove, Rename, Send
from tools.flash.planning.model_board import OUR_MAINS, ModelBoard, program_of

BLOCK_BYTES = 4096
PROGRAM = program_of({"picotemp/app.mpy": b"a" * 10_000})
UNUSED, RUNS = "1" * 12, "2" * 12

# A board's flash, filled until hardly more than some bytes are free; then the steps.
LITTLEFS = """
import json, os, sys
class Flash:
    data = bytearray(212 * 4096)
    def readblocks(self, block, buffer, offset=0):
        at = block * 4096 + offset
        buffer[:] = self.data[at : at + len(buffer)]
    def writeblocks(self, block, buffer, offset=0):
        at = block * 4096 + offset
        self.data[at : at + len(buffer)] = buffer
    def ioctl(self, op, argument):
        return {4: 212, 5: 4096, 6: 0}.get(op)
flash = Flash()
os.VfsLfs2.mkfs(flash, progsize=256)
os.mount(os.VfsLfs2(flash, progsize=256), "/board")
os.chdir("/board")
def free():
    return os.statvfs("/board")[3] * 4096
needed, steps = json.loads(sys.stdin.read())
with open("/board/user", "wb") as file:
    while free() >= needed + 4096:
        file.write(bytes(4096))
        file.flush()
assert needed <= free() <= needed + 8192, (needed, free())
for kind, path, other in steps:
    path = "/board" + path
    if kind == "folder":
        try:
            os.mkdir(path)
        except OSError as error:
            assert error.errno == 17
    elif kind == "send":
        with open(path, "wb") as file:
            for chunk in range(0, other, 256):
                file.write(bytes(min(256, other - chunk)))
    else:
        os.rename("/board" + other, path)
print("fits", free())
"""


def board_with(*names: str) -> ModelBoard:
    board = ModelBoard()
    for name in names:
        board.put_program({"picotemp/app.mpy": b"x" * 9000}, f"/app/{name}")
    board.put("/app/current", f"{RUNS}\n".encode())
    return board


def snapshot(board: ModelBoard, lacking_bytes: int) -> Snapshot:
    """Give the board with less free than a plan without removals needs."""
    steps = plan(PROGRAM, board.snapshot(), OUR_MAINS).steps
    return board.snapshot(needed_bytes(steps, BLOCK_BYTES) - lacking_bytes)


def test_where_it_fits_unused_folders_go_last() -> None:
    board = board_with(UNUSED, RUNS)
    steps = plan(PROGRAM, snapshot(board, 0), OUR_MAINS).steps
    assert Remove(f"/app/{UNUSED}") in steps[-2:]


def test_where_it_does_not_fit_unused_folders_go_first_never_the_current_one() -> None:
    board = board_with(UNUSED, RUNS)
    steps = plan(PROGRAM, snapshot(board, 1), OUR_MAINS).steps
    assert steps[0] == Remove(f"/app/{UNUSED}")
    assert steps[-1] == Remove(f"/app/{RUNS}")


def test_where_it_does_not_fit_at_all_the_error_says_how_much_is_missing() -> None:
    with pytest.raises(FlashError, match="filesystem is full: 2 KiB are missing") as e:
        plan(PROGRAM, snapshot(board_with(RUNS), 2000), OUR_MAINS)
    assert e.value.kind is Kind.FILESYSTEM_FULL


def test_a_full_board_that_is_up_to_date_is_up_to_date() -> None:
    board = ModelBoard()
    board.do_all(plan(PROGRAM, board.snapshot(), OUR_MAINS).steps)
    assert plan(PROGRAM, board.snapshot(free_bytes=0), OUR_MAINS).is_empty


@pytest.mark.parametrize(
    "files",
    [
        {f"picotemp/module{number}.mpy": b"x" * 700 for number in range(40)},
        {f"picotemp/module{number}.mpy": b"x" * 5 for number in range(60)},
        {"a.mpy": b"x" * 4096, "b.mpy": b"x" * 300_000, "c/d/e.mpy": b""},
    ],
    ids=["middling", "tiny", "large"],
)
def test_a_plan_that_just_fits_fits_real_littlefs(files: dict[str, bytes]) -> None:
    try:
        command = interpreter.find()
    except ToolError as error:
        pytest.skip(str(error))
    planned = plan(program_of(files), ModelBoard().snapshot(), OUR_MAINS)
    steps: list[tuple[str, str, object]] = []
    for step in planned.steps:
        if isinstance(step, MakeFolder):
            steps.append(("folder", step.path, 0))
        elif isinstance(step, Send):
            steps.append(("send", step.path, len(step.content)))
        elif isinstance(step, Rename):
            steps.append(("rename", step.path, step.source))
    needed = needed_bytes(planned.steps, BLOCK_BYTES)
    result = subprocess.run(
        [*command, "-X", "heapsize=4M", "-c", LITTLEFS],
        input=json.dumps([needed, steps]),
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert result.stdout.startswith("fits "), result.stdout + result.stderr
