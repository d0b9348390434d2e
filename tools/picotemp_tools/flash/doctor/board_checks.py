"""In: a board whose program is interrupted. Out: what of it is well, and its settings.

Nothing is written.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from picotemp.settings import Settings, check

from ..board.executor import Orders
from ..board.look import Identity, identify, look
from ..errors import FlashError, Kind
from ..planning.loader import OUR_MAINS
from ..planning.plan import AGAIN, OWN_FOLDER
from ..planning.program import Program, folder_name_of, sha256
from ..planning.snapshot import MAIN, Found, Snapshot
from ..settings import stored as board_settings
from ..usb.supported import require, shown
from .chart import Chart, FaultError

INTERPRETER = "micropython"
# With less, neither new settings nor a log of the last run find a place.
FREE_BLOCKS_LEAST = 8
FLASH = "picotemp-flash"
ANEW = f"flash it: {FLASH}"


@dataclass(frozen=True)
class Installed:
    """What lies on a board, as far as the rest of the examination needs it."""

    settings: Settings
    is_main_ours: bool


def examine_board(board: Orders, program: Program | None, chart: Chart) -> Installed:
    """Look at all that lies there; raise OverError where it cannot serve so."""
    _check_identity(board, chart)
    with chart.check("filesystem") as seen:
        found = _look(board)
        seen.detail = "it can be read"
    with chart.check("space", goes_on=True) as seen:
        _require_space(found)
        seen.detail = f"{found.free_bytes // 1024} KiB are free"
    is_main_ours = _is_main_ours(found, program)
    with chart.check("program") as seen:
        _require_program(found)
        seen.detail = _program_text(found, program)
        if not is_main_ours:
            seen.detail += f"; {MAIN} is not picotemp's"
    with chart.check("settings") as seen:
        settings = _settings(board)
        seen.detail = "they are good"
    return Installed(settings, is_main_ours)


def _check_identity(board: Orders, chart: Chart) -> None:
    with chart.check("board") as seen:
        identity = identify(board)
        error = _refusal(identity)
        # The other one is told of a board that it can be mended on.
        if error and error.kind is Kind.WRONG_BOARD:
            raise error
        seen.detail = shown(identity.machine)
    with chart.check("version") as seen:
        if error:
            raise error
        seen.detail = f"MicroPython {shown(identity.version_text)}"


def _refusal(identity: Identity) -> FlashError | None:
    try:
        require(identity.version, identity.machine)
    except FlashError as error:
        return error
    return None


def _look(board: Orders) -> Snapshot:
    try:
        found = look(board)
    except FlashError as error:
        cause, _, remedy = str(error).partition("; ")
        if not remedy:
            raise
        cause = f"the board's filesystem cannot be read: {cause}"
        raise FaultError(error.kind, cause, remedy) from error
    is_bare = not (found.main or found.current or found.folders or found.others)
    if is_bare and not board.call("kind", board_settings.PATH):
        cause = "the board's filesystem is empty, as one that was just formatted"
        raise FaultError(Kind.FILESYSTEM_UNREADABLE, cause, ANEW)
    return found


def _require_space(found: Snapshot) -> None:
    if found.free_bytes < FREE_BLOCKS_LEAST * found.block_bytes:
        raise FaultError(
            Kind.FILESYSTEM_FULL,
            f"the board's filesystem is full, {found.free_bytes // 1024} KiB are free",
            "remove files of your own: mpremote fs tree shows them, mpremote rm :NAME "
            "removes one",
        )


def _require_program(found: Snapshot) -> None:
    current = found.current
    files = found.folders.get(current) if current else None
    is_plain = current is None and found.plain_picotemp
    if found.main is None or not (files or is_plain):
        what = MAIN if found.main is None else "the program"
        cause = f"{what} is missing on the board"
        raise FaultError(Kind.FILESYSTEM_UNREADABLE, cause, ANEW)
    if files and current and not _is_whole(current, files):
        cause = "the program on the board is incomplete or changed"
        raise FaultError(Kind.VERIFICATION_FAILED, cause, ANEW)


def _is_whole(name: str, files: Mapping[str, Found]) -> bool:
    """Tell whether a folder holds what it is named by; others name it as they like."""
    if not OWN_FOLDER.fullmatch(name):
        return True
    # A folder in it has no hash, and neither has a file that cannot be read.
    hashes = {path: it.sha256 for path, it in files.items() if it.sha256}
    return folder_name_of(hashes) == name.removesuffix(AGAIN)


def _program_text(found: Snapshot, program: Program | None) -> str:
    if found.current is None:
        return "a plain copy in /picotemp"
    if program is None:
        return "it is whole"
    if found.current.removesuffix(AGAIN) == program.folder:
        return f"picotemp {program.version}, whole"
    return f"another one than this tool's {program.version}; {FLASH} updates it"


def _is_main_ours(found: Snapshot, program: Program | None) -> bool:
    ours = {sha256(program.main)} if program else set()
    return found.main is not None and found.main.sha256 in ours | OUR_MAINS


def _settings(board: Orders) -> Settings:
    mapping = board_settings.load(board)
    if mapping is None:
        cause = f"there is no {board_settings.PATH} on the board"
        raise FaultError(
            Kind.BAD_SETTINGS, cause, f"{FLASH} settings set ssid=NAME password"
        )
    settings, problems = check(mapping)
    if settings is None:
        cause = f"the board's settings are bad: {'; '.join(problems)}"
        raise FaultError(Kind.BAD_SETTINGS, cause, board_settings.REMEDY)
    return settings
