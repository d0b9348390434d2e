"""In: a path, with a * in its last part or not. Out: the files that are there."""

import os
import re

WILDCARD = "*"


def is_pattern(path: str) -> bool:
    """Tell whether a path may stand for several files."""
    return WILDCARD in os.path.basename(path)


def matches(path: str) -> tuple[str, ...]:
    """Give the paths that match, in their order; a plain path always matches itself.

    Raises OSError if nobody can tell what is there; a folder that is gone is empty.
    """
    if not is_pattern(path):
        return (path,)
    folder, last = os.path.split(path)
    parts = [re.escape(part) for part in last.split(WILDCARD)]
    fitting = re.compile(".*".join(parts), re.DOTALL)
    try:
        names = os.listdir(folder or os.curdir)
    except (FileNotFoundError, NotADirectoryError):
        return ()
    found = sorted(name for name in names if fitting.fullmatch(name))
    return tuple(os.path.join(folder, name) for name in found)
