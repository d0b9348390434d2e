"""In: the path of a file_sd file. Out: what it lists."""

import os
import stat
from pathlib import PurePath

from picotemp_collector.sources.json_text import read_json
from picotemp_collector.sources.listing import Listing, SourceError, reread
from picotemp_collector.sources.target_groups import read_groups

MOST_BYTES = 16 * 1024 * 1024
GONE = (FileNotFoundError, NotADirectoryError)
EMPTY = (
    "nothing in it; write [] for no devices, and write files beside their place and"
    " rename them, so that nobody reads half of one"
)


def read_listing(path: str, before: Listing) -> Listing:
    """Give the list of a file; raises SourceError, or one of GONE."""
    try:
        content = _content(path)
    except GONE:
        raise
    except OSError as error:
        why = (error.strerror or type(error).__name__).lower()
        raise SourceError([f"{path}: cannot be read: {why}"]) from None
    return reread(content, lambda content: _listing(path, content), before)


def _listing(path: str, content: bytes) -> Listing:
    if not content.strip():
        # To Prometheus an empty YAML file is a list of nothing. Mostly it is one that
        # is being written.
        raise SourceError([f"{path}: {EMPTY}"])
    try:
        raw = _parsed(path, content)
    except ValueError as error:
        raise SourceError([f"{path}: {error}"]) from None
    return read_groups(raw, path)


def _content(path: str) -> bytes:
    with open(path, "rb", opener=_open_at_once) as file:
        if not stat.S_ISREG(os.fstat(file.fileno()).st_mode):
            raise SourceError([f"{path}: not a file"])
        content = file.read(MOST_BYTES + 1)
    if len(content) > MOST_BYTES:
        raise SourceError([f"{path}: more than {MOST_BYTES} bytes"])
    return content


def _open_at_once(path: str, flags: int) -> int:
    # A pipe with nobody at its other end would hold up open() for ever.
    return os.open(path, flags | os.O_NONBLOCK)


def _parsed(path: str, content: bytes) -> object:
    if PurePath(path).suffix.lower() == ".json":
        return read_json(content)
    # Who has no YAML does not pay for the import.
    from picotemp_collector.sources.yaml_text import read_yaml

    return read_yaml(content)
