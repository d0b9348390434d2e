"""In: hypothesis. Out: programs, and boards on which all sorts of things were left."""

from hypothesis import strategies as st

from picotemp_tools.flash.planning.program import Program, folder_name
from picotemp_tools.flash.planning.snapshot import (
    CURRENT,
    CURRENT_NEW,
    MAIN,
    MAIN_BEFORE,
    MAIN_NEW,
    PREVIOUS,
    PREVIOUS_NEW,
)
from tools.flash.planning.model_board import (
    FOREIGN_MAIN,
    OUR_MAIN,
    OUR_OLD_MAIN,
    ModelBoard,
    program_of,
)

PATHS = ("picotemp/app.mpy", "picotemp/wifi.mpy", "picotemp/in/a.mpy", "microdot.mpy")
USERS = {
    "/settings.json": b'{"ssid": "attic"}',
    "/notes/todo.txt": b"water the plants",
    "/lib/foreign.py": b"x = 1",
}
contents = st.sampled_from([b"", b"one", b"two", b"three" * 300])
file_sets = st.dictionaries(st.sampled_from(PATHS), contents, min_size=1)
our_mains = st.sampled_from([OUR_MAIN, OUR_OLD_MAIN])


@st.composite
def programs(draw: st.DrawFn) -> Program:
    return program_of(draw(file_sets), draw(our_mains))


@st.composite
def boards(draw: st.DrawFn, program: Program) -> ModelBoard:
    """Give a board with whole, damaged and unfinished folders, maybe this program's."""
    board = ModelBoard()
    for path, content in USERS.items():
        board.put(path, content)
    names = _put_folders(draw, board, program)
    if draw(st.booleans()):
        board.put_program(draw(file_sets), "/app/mine")
    if draw(st.booleans()):
        board.put("/picotemp/app.py", draw(contents))
        board.put("/microdot.mpy", draw(contents))
    main = draw(st.sampled_from([OUR_MAIN, OUR_OLD_MAIN, FOREIGN_MAIN, None]))
    if main is not None:
        board.put(MAIN, main)
    current = draw(st.sampled_from([*names, *names, "gone", "", None]))
    if current is not None:
        board.put(CURRENT, f"{current}\n".encode())
    _put_trial(draw, board, names)
    return board


def _put_folders(draw: st.DrawFn, board: ModelBoard, program: Program) -> list[str]:
    names = []
    own = st.just(dict(program.files))
    for files in draw(st.lists(own | file_sets, min_size=1, max_size=3)):
        name = folder_name(files) + draw(st.sampled_from(["", "-again"]))
        left = _spoilt(files, draw(st.sampled_from(["", "less", "other", "more"])))
        board.put_program(left, f"/app/{name}")
        names.append(name)
    if draw(st.booleans()):
        board.folders |= {"/app", f"/app/{program.folder}"}
    return names


def _spoilt(files: dict[str, bytes], how: str) -> dict[str, bytes]:
    first = min(files)
    match how:
        case "less":
            return {path: files[path] for path in files if path != first}
        case "other":
            return files | {first: files[first] + b"?"}
        case "more":
            return files | {"picotemp/wifi.py": b"a user's own"}
    return files


def _put_trial(draw: st.DrawFn, board: ModelBoard, names: list[str]) -> None:
    for path in (CURRENT_NEW, MAIN_NEW, PREVIOUS_NEW):
        if draw(st.booleans()):
            board.put(path, draw(contents))
    if draw(st.booleans()):
        board.put(MAIN_BEFORE, draw(our_mains | st.just(FOREIGN_MAIN)))
    if draw(st.booleans()):
        previous = draw(st.sampled_from([*names, ""]))
        board.put(PREVIOUS, f"{previous}\n".encode())
