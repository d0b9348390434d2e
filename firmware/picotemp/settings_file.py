"""In: /settings.json and its last good copy. Out: settings, whatever happened to it.

After a power cut, or an exception at any statement, the old or the new ones load.
"""

import json
import os

from .settings import Settings, check

MOST_BYTES = 4096
_NO_SUCH_FILE = 2


class SettingsError(ValueError):
    """Settings that cannot be saved; the text names each problem."""


def load(path: str) -> tuple[Settings | None, list[str]]:
    """Give (settings, problems): with problems they are the last good ones, or None."""
    settings, problems, data = _read(path)
    last_good, _, copied = _read(path + ".good")
    if settings is None:
        return last_good, problems
    try:
        if copied != data:
            _replace(path + ".good", data)
    except (OSError, MemoryError):
        pass  # the copy is for worse days; today there are settings
    return settings, []


def save(path: str, mapping: dict[str, object]) -> None:
    """Put new settings into the place of the old ones; SettingsError if they are bad.

    The last good copy stays the old one until the new ones have been loaded.
    """
    _, problems = check(mapping)
    if problems:
        raise SettingsError("; ".join(problems))
    _replace(path, json.dumps(mapping).encode())


def _read(path: str) -> tuple[Settings | None, list[str], bytes]:
    try:
        data = _bytes(path)
        mapping = json.loads(data.decode()) if len(data) <= MOST_BYTES else None
    except OSError as error:
        is_missing = error.errno == _NO_SUCH_FILE
        words = "is missing" if is_missing else "cannot be read"
        return None, ["%s %s" % (path, words)], b""
    except (ValueError, RuntimeError):
        # The text of the error could show part of the file, so of the password.
        return None, ["%s is not JSON" % path], b""
    settings, problems = check(mapping)
    return settings, problems, data


def _bytes(path: str) -> bytes:
    with open(path, "rb") as file:
        return file.read(MOST_BYTES + 1)


def _replace(path: str, data: bytes) -> None:
    # An exception while a file is being written leaves it cut off, so the file
    # that counts is never opened for writing: one rename is the switch.
    unproven = path + ".new"
    with open(unproven, "wb") as file:
        file.write(data)
    if _bytes(unproven) != data:
        raise OSError("the flash lost what was written")
    os.rename(unproven, path)
