"""In: a board's settings, or a file of them. Out: the file, or the board's settings."""

import os
import tempfile
from collections.abc import Callable
from pathlib import Path

import click

from picotemp.settings_file import MOST_BYTES

from ..errors import FlashError, Kind
from .stored import PATH, Board, decode, encode, save

Say = Callable[[str], None]


def backup(board: Board, path: Path, is_forced: bool, say: Say) -> None:
    """Write the exact bytes of the settings to a file that only the user can read."""
    if not is_forced and os.path.lexists(path):
        raise click.UsageError(f"{path} is there already: --force replaces it")
    content = board.read(PATH)
    if content is None:
        text = f"there is nothing to back up: the board has no {PATH}"
        raise FlashError(Kind.BAD_SETTINGS, text)
    try:
        _replace(path, content)
    except OSError as error:
        text = f"{path} cannot be written: {error.strerror}"
        raise click.UsageError(text) from None
    say(f"{path} holds the settings, the Wi-Fi password too: keep it to yourself")


def restore(board: Board, path: Path, say: Say) -> bool:
    """Put the settings in a file on the board; tell whether they are others now."""
    try:
        with open(path, "rb") as file:
            content = file.read(MOST_BYTES + 1)
    except OSError as error:
        raise click.UsageError(f"{path} cannot be read: {error.strerror}") from None
    settings = decode(content, str(path), "give a file that `backup` wrote")
    if board.read(PATH) == encode(settings):
        say("unchanged: the board has these settings")
        return False
    save(board, settings)
    say(f"restored: {', '.join(settings)}")
    return True


def _replace(path: Path, content: bytes) -> None:
    # A file of mkstemp's is readable by its owner alone, from its first byte on.
    number, name = tempfile.mkstemp(prefix=".picotemp-", dir=path.absolute().parent)
    try:
        with os.fdopen(number, "wb") as file:
            file.write(content)
        os.replace(name, path)
    except BaseException:
        os.unlink(name)
        raise
