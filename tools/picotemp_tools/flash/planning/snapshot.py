"""In: a look at a board's flash. Out: what of it decides the next steps."""

from collections.abc import Mapping
from dataclasses import dataclass, field

APP = "/app"
CURRENT = "/app/current"
MAIN = "/main.py"
# Names a folder as `current` does, or nothing; there as long as the program that was
# switched to has not come up.
PREVIOUS = "/app/previous"
# The main.py that a trial has replaced.
MAIN_BEFORE = "/app/main.before"
# What is written is written here first, verified, then renamed.
MAIN_NEW = "/app/main.new"
CURRENT_NEW = "/app/current.new"
PREVIOUS_NEW = "/app/previous.new"
# Counts the starts of a program on trial; written by main.py.
STARTS = "/app/starts"
# As main.py has it: after so many it boots what came up before.
STARTS_ON_TRIAL = 3
TRIAL = (PREVIOUS, STARTS, MAIN_BEFORE, MAIN_NEW, CURRENT_NEW, PREVIOUS_NEW)
TEMPORARY = (STARTS, MAIN_BEFORE, MAIN_NEW, CURRENT_NEW, PREVIOUS_NEW)


@dataclass(frozen=True)
class Found:
    """A file on the board; without a hash it is a folder, or cannot be read."""

    sha256: str | None
    size_bytes: int = 0


@dataclass(frozen=True)
class Snapshot:
    """What lies on a board.

    `folders` holds for each folder of /app all that is in it, folders too, by path
    within it. `others` are, by absolute path, the files of a plain copy: those below
    /picotemp, and /microdot.mpy. `temporary` are those of TEMPORARY that are there.
    `current` and `previous` are the stripped content of these files; None: there is no
    such file.
    """

    free_bytes: int
    block_bytes: int = 4096
    current: str | None = None
    previous: str | None = None
    main: Found | None = None
    folders: Mapping[str, Mapping[str, Found]] = field(default_factory=dict)
    others: Mapping[str, Found] = field(default_factory=dict)
    temporary: Mapping[str, Found] = field(default_factory=dict)

    @property
    def plain_picotemp(self) -> bool:
        """Tell whether the program lies there as a plain copy, too."""
        return any(path.startswith("/picotemp/") for path in self.others)
