"""In: paths and patterns of them. Out: whether what they stand for has changed."""

import os
from collections.abc import Iterable

from picotemp_collector.sources.paths import matches

# Asking is a few system calls; inotify sees neither NFS nor every mount of a container.
WATCH_SECONDS = 2.0
# What stat says of a file, or the number of its error.
Look = tuple[int, ...]


class FileWatch:
    """Remembers how files looked; it is to be made before they are read.

    A path is followed to what it resolves to, so a link that is turned to another
    file, or any folder on the way, is a change. So is a file that comes or goes.
    """

    def __init__(self, paths_and_patterns: Iterable[str | os.PathLike[str]]) -> None:
        self._patterns = tuple(os.fspath(path) for path in paths_and_patterns)
        self._looks = self._look()

    def changed(self) -> bool:
        """Tell whether anything changed since the last asking, or since it was made.

        Blocks for as long as the file system does, and never raises.
        """
        before, self._looks = self._looks, self._look()
        return self._looks != before

    def _look(self) -> dict[str, Look]:
        looks: dict[str, Look] = {}
        for pattern in self._patterns:
            try:
                looks |= {path: _look_at(path) for path in matches(pattern)}
            except OSError as error:
                looks[pattern] = (error.errno or 0,)
        return looks


def _look_at(path: str) -> Look:
    try:
        stat = os.stat(path)
    except OSError as error:
        return (error.errno or 0,)
    # Mode and ctime: a file that may be read at last has the same mtime as before.
    return (
        stat.st_dev,
        stat.st_ino,
        stat.st_size,
        stat.st_mtime_ns,
        stat.st_ctime_ns,
        stat.st_mode,
    )
