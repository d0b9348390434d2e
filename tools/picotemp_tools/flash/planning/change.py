"""In: a folder of /app that is to be booted. Out: the steps to it, and those back.

Two files are renamed into place: `current`, and main.py where it differs. A main.py
of ours boots either program, so it goes first; a foreign one does not look at
`current`, so it goes last. `previous` begins the trial; it goes when that has ended.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from .program import Program, sha256
from .snapshot import (
    APP,
    CURRENT,
    CURRENT_NEW,
    MAIN,
    MAIN_BEFORE,
    MAIN_NEW,
    PREVIOUS,
    PREVIOUS_NEW,
    STARTS,
    Snapshot,
)
from .steps import Copy, Remove, Rename, Send, Step, Verify


@dataclass(frozen=True)
class Change:
    """From what a board boots to the program in a whole folder of it."""

    program: Program
    folder: str
    on_board: Snapshot
    our_mains: frozenset[str]

    @property
    def is_main_foreign(self) -> bool:
        """Tell whether a main.py has to go that somebody else wrote, or changed."""
        return self.on_board.main is not None and not self._is_ours(self._main_sha256)

    def before(self) -> list[Step]:
        """Give what comes once the folder is whole; then the program is started."""
        main, switch = self._replace_main(), self._switch()
        is_ours = self._is_ours(self._main_sha256)
        change = [*main, *switch] if is_ours else [*switch, *main]
        if change:
            change = self._keep_main() + self._begin_trial() + change
        # It has all its starts, whatever an earlier trial used up.
        count: list[Step] = [Remove(STARTS)]
        return [*count, *change] if STARTS in self.on_board.temporary else change

    def after(self, old_folders: Sequence[str]) -> list[Remove]:
        """Give what goes once it has come up: what was for the trial, then the old."""
        paths = self._files_left(self.before())
        return [
            Remove(path) for path in (*paths, *(f"{APP}/{it}" for it in old_folders))
        ]

    def back(self) -> list[Step]:
        """Give the steps back to what came up last; none where nothing did."""
        before = self._main_before_sha256()
        is_foreign = before is not None and not self._is_ours(before)
        home = self._home()
        restore: list[Step] = [Rename(MAIN_BEFORE, MAIN)] if before else []
        switch: list[Step] = []
        if home is None:
            if not is_foreign and not self.on_board.plain_picotemp:
                return []
            switch = [Remove(CURRENT)]
        elif home != self.folder:
            switch = _put(CURRENT, CURRENT_NEW, _line(home))
        steps = [*restore, *switch] if is_foreign else [*switch, *restore]
        return [*steps, Remove(PREVIOUS), Remove(STARTS)] if steps else []

    def _switch(self) -> list[Step]:
        if self.on_board.current == self.folder:
            return []
        return _put(CURRENT, CURRENT_NEW, _line(self.folder))

    def _replace_main(self) -> list[Step]:
        if not self._is_main_to_go():
            return []
        return _put(MAIN, MAIN_NEW, self.program.main)

    def _keep_main(self) -> list[Step]:
        main = self.on_board.main
        if main is None or main.sha256 is None or not self._is_main_to_be_kept():
            return []
        return [
            Copy(MAIN, MAIN_NEW, main.size_bytes),
            Verify({MAIN_NEW: main.sha256}),
            Rename(MAIN_NEW, MAIN_BEFORE),
        ]

    def _begin_trial(self) -> list[Step]:
        home = self._home() or ""
        if self.on_board.previous == home:
            return []
        return _put(PREVIOUS, PREVIOUS_NEW, _line(home))

    def _files_left(self, steps: Sequence[Step]) -> list[str]:
        """Give what has to go from /app after these steps, PREVIOUS first."""
        there = set(self.on_board.temporary)
        if self._is_in_trial():
            there.add(PREVIOUS)
        for step in steps:
            if isinstance(step, Rename):
                there = there - {step.source} | {step.path}
        if PREVIOUS in there:
            there.add(STARTS)
        return sorted(
            there - {MAIN, CURRENT}, key=lambda path: (path != PREVIOUS, path)
        )

    def _home(self) -> str | None:
        """Name the folder of what came up last."""
        on_board = self.on_board
        name = on_board.previous if self._is_in_trial() else on_board.current
        return name if name in on_board.folders else None

    def _main_before_sha256(self) -> str | None:
        if self._is_main_to_be_kept():
            return self._main_sha256
        kept = self.on_board.temporary.get(MAIN_BEFORE)
        return kept.sha256 if kept and self._is_in_trial() else None

    def _is_main_to_be_kept(self) -> bool:
        # The one that this very trial has put there was never up.
        is_kept = self._is_in_trial() and MAIN_BEFORE in self.on_board.temporary
        is_of_the_trial = is_kept and self._is_ours(self._main_sha256)
        has_main = self.on_board.main is not None
        return has_main and self._is_main_to_go() and not is_of_the_trial

    def _is_main_to_go(self) -> bool:
        return self._main_sha256 != sha256(self.program.main)

    def _is_in_trial(self) -> bool:
        return self.on_board.previous is not None

    def _is_ours(self, main_sha256: str | None) -> bool:
        return main_sha256 in self.our_mains or main_sha256 == sha256(self.program.main)

    @property
    def _main_sha256(self) -> str | None:
        return self.on_board.main.sha256 if self.on_board.main else None


def _put(path: str, new: str, content: bytes) -> list[Step]:
    return [Send(new, content), Verify({new: sha256(content)}), Rename(new, path)]


def _line(text: str) -> bytes:
    return f"{text}\n".encode()
