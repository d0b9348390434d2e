"""In: a program, what lies on a board. Out: the steps from the one to the other.

Cut off after any of them, the board boots what it did, or the program, whole; and a
new plan from there leads to the same end.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace

from ..errors import FlashError, Kind
from . import folder, space
from .change import Change
from .loader import OUR_MAINS
from .program import Program
from .snapshot import APP, MAIN, Found, Snapshot
from .steps import Copy, MakeFolder, Remove, Send, Step

AGAIN = "-again"
OWN_FOLDER = re.compile(f"[0-9a-f]{{12}}({AGAIN})?")


@dataclass(frozen=True)
class Plan:
    """What to do `before` the program is started, and `after` it has come up.

    `back` is for a program that does not come up; empty where there is none to go back
    to. Before a foreign main.py is replaced, its owner has to be asked. `leftovers` lie
    outside /app; they are told, and removed on consent only.
    """

    program: Program
    folder: str
    before: tuple[Step, ...]
    after: tuple[Remove, ...]
    back: tuple[Step, ...]
    is_main_foreign: bool
    leftovers: tuple[str, ...]

    @property
    def steps(self) -> tuple[Step, ...]:
        """Give all of it."""
        return (*self.before, *self.after)

    @property
    def is_empty(self) -> bool:
        """Tell whether the board is up to date."""
        return not self.steps

    @property
    def send_bytes(self) -> int:
        """Give how much goes through the cable."""
        return sum(len(step.content) for step in self.steps if isinstance(step, Send))


def plan(
    program: Program, on_board: Snapshot, our_mains: frozenset[str] = OUR_MAINS
) -> Plan:
    """Plan the way to the program; raise FlashError where it does not fit.

    Only what does not fit otherwise costs unused folders before the program is up.
    """
    if on_board.main is not None and on_board.main.sha256 is None:
        text = f"the board's {MAIN} cannot be read; remove it, then try again"
        raise FlashError(Kind.FILESYSTEM_UNREADABLE, text)
    planned, missing_bytes = _attempt(program, on_board, our_mains, [])
    if missing_bytes > 0:
        unused = _unused(program, on_board)
        planned, missing_bytes = _attempt(program, on_board, our_mains, unused)
    if missing_bytes > 0:
        raise FlashError(
            Kind.FILESYSTEM_FULL,
            f"the board's filesystem is full: {-(-missing_bytes // 1024)} KiB are "
            "missing; remove files of your own from it, then try again",
        )
    return planned


def _attempt(
    program: Program,
    on_board: Snapshot,
    our_mains: frozenset[str],
    dropped: list[str],
) -> tuple[Plan, int]:
    """Give the plan which begins without some folders, and the bytes it lacks."""
    target = _target(program, on_board)
    if not folder.is_clean(program, on_board.folders.get(target, {})):
        dropped = [*dropped, target]
    rest = _without(on_board, dropped)
    change = Change(program, target, rest, our_mains)
    build: list[Step] = [Remove(f"{APP}/{name}") for name in dropped]
    if rest.current != target:
        found = rest.folders.get(target, {})
        build += folder.fill(program, target, found, _sources(rest, target))
    before = [*build, *change.before()]
    writes = [step for step in before if isinstance(step, MakeFolder | Send | Copy)]
    needed = space.needed_bytes(writes, rest.block_bytes) if writes else 0
    planned = Plan(
        program,
        target,
        tuple(before),
        tuple(change.after(_old_folders(rest, target))),
        tuple(change.back()),
        change.is_main_foreign,
        _leftovers(rest),
    )
    return planned, needed - rest.free_bytes


def _target(program: Program, on_board: Snapshot) -> str:
    """Name the folder; never the one that is booted now, unless it is whole."""
    names = (program.folder, program.folder + AGAIN)
    current = on_board.current
    if current not in names:
        return names[0]
    if folder.is_whole(program, on_board.folders.get(current, {})):
        return current
    return names[1 - names.index(current)]


def _unused(program: Program, on_board: Snapshot) -> list[str]:
    used = {on_board.current, on_board.previous, _target(program, on_board)}
    return [
        name
        for name in sorted(on_board.folders)
        if OWN_FOLDER.fullmatch(name) and name not in used
    ]


def _old_folders(on_board: Snapshot, target: str) -> list[str]:
    return [
        name
        for name in sorted(on_board.folders)
        if OWN_FOLDER.fullmatch(name) and name != target
    ]


def _without(on_board: Snapshot, dropped: Iterable[str]) -> Snapshot:
    folders = dict(on_board.folders)
    gone = [file for name in dropped for file in folders.pop(name).values()]
    freed_bytes = space.freed_bytes(gone, on_board.block_bytes)
    return replace(
        on_board, folders=folders, free_bytes=on_board.free_bytes + freed_bytes
    )


def _sources(on_board: Snapshot, target: str) -> dict[str, str]:
    """Give a path for each hash that lies on the board, outside the target."""
    files: dict[str, Found] = dict(on_board.others)
    for name, found in on_board.folders.items():
        if name != target:
            files |= {f"{APP}/{name}/{path}": file for path, file in found.items()}
    return {file.sha256: path for path, file in files.items() if file.sha256}


def _leftovers(on_board: Snapshot) -> tuple[str, ...]:
    if not on_board.plain_picotemp:
        return ()
    return ("/picotemp", *(p for p in on_board.others if p == "/microdot.mpy"))
