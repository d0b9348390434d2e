"""In: bytes nobody else may see. Out: a file for the user's editor, then none."""

import contextlib
import signal
import sys
import tempfile
import threading
from collections.abc import Iterator
from pathlib import Path
from types import FrameType

import click

from ..errors import FlashError, Kind

ENDS = ("SIGTERM", "SIGHUP")


@contextlib.contextmanager
def private_file(name: str, content: bytes) -> Iterator[Path]:
    """Give a file that is the user's alone; it goes, with all an editor puts beside it.

    It goes too where a signal ends the program, a closed terminal's for one.
    """
    with (
        _signals_end_in_order(),
        tempfile.TemporaryDirectory(prefix="picotemp-") as folder,
    ):
        path = Path(folder) / name
        path.touch(0o600)
        path.write_bytes(content)
        yield path


def open_editor(path: Path) -> None:
    """Let the user edit a file with $VISUAL or $EDITOR, until the editor ends."""
    try:
        click.edit(filename=str(path))
    except click.ClickException as error:
        text = f"{error.format_message()}: nothing was changed; EDITOR names another"
        raise FlashError(Kind.NOT_AGREED, text) from None


@contextlib.contextmanager
def _signals_end_in_order() -> Iterator[None]:
    if threading.current_thread() is not threading.main_thread():
        yield  # signals are the main thread's business
        return
    numbers = [getattr(signal, name) for name in ENDS if hasattr(signal, name)]
    before = {number: signal.signal(number, _end) for number in numbers}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _end(number: int, _: FrameType | None) -> None:
    sys.exit(128 + number)
