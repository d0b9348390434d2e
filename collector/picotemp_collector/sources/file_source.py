"""In: a pattern of paths of file_sd files. Out: what they list, the last good kept.

As in Prometheus a file that is gone takes its devices with it, and one that cannot be
read or understood keeps those that it had.
"""

from collections.abc import Callable, Mapping

from attrs import frozen

from picotemp_collector.daemon_thread import in_daemon_thread
from picotemp_collector.sources.file_listing import GONE, read_listing
from picotemp_collector.sources.kept import Kept
from picotemp_collector.sources.listing import NOTHING, Listing, SourceError
from picotemp_collector.sources.paths import is_pattern, matches


class FileSource:
    """The files of one pattern."""

    def __init__(self, pattern: str) -> None:
        self.kept = Kept(origin=pattern)
        self._by_path: Mapping[str, Listing] = {}

    async def refresh(self, unix_seconds: Callable[[], float]) -> None:
        """Read every file anew."""
        pattern = self.kept.origin
        read = await in_daemon_thread(
            lambda: read_files(pattern, self._by_path), f"read {pattern}"
        )
        self._by_path = read.by_path
        entries = tuple(
            entry for listing in read.by_path.values() for entry in listing.entries
        )
        self.kept.take(entries, read.problems, read.is_current, unix_seconds())


@frozen
class FilesRead:
    """What the files list by now; not `is_current` if some of it is older."""

    by_path: Mapping[str, Listing]
    problems: tuple[str, ...]
    is_current: bool


def read_files(pattern: str, last_good: Mapping[str, Listing]) -> FilesRead:
    """Read every file that matches; in place of a bad one comes its last good list."""
    try:
        paths = matches(pattern)
    except OSError as error:
        why = (error.strerror or type(error).__name__).lower()
        return FilesRead(last_good, (f"{pattern}: cannot be listed: {why}",), False)
    by_path: dict[str, Listing] = {}
    problems: list[str] = []
    is_current = True
    for path in paths:
        try:
            by_path[path] = read_listing(path, last_good.get(path, NOTHING))
        except GONE:
            if not is_pattern(pattern):
                problems.append(f"{path}: no such file; write it, or take its path out")
        except SourceError as error:
            is_current = False
            problems += error.problems
            if path in last_good:
                by_path[path] = last_good[path]
        problems += by_path[path].problems if path in by_path else ()
    return FilesRead(by_path, tuple(problems), is_current)
