"""In: what happens to a board. Out: lines, a bar, a question, for whoever is there."""

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import click
from rich.console import Console
from rich.progress import BarColumn, DownloadColumn, Progress, TextColumn

from . import plan_text
from .board.executor import Progress as Told
from .board.look import Identity
from .errors import FlashError, Kind
from .planning.plan import Plan


class Telling:
    """Tell a person; on a terminal with a bar, elsewhere in plain lines.

    What is told goes to stdout, or to stderr where stdout is for JSON; questions always
    go to stderr. Without a terminal at both ends nobody can answer, so it is no.
    """

    def __init__(self, *, is_json: bool = False, says_yes: bool = False) -> None:
        self._console = Console(stderr=is_json, highlight=False, soft_wrap=True)
        self._says_yes = says_yes
        self._answers: dict[str, bool] = {}

    def say(self, text: str) -> None:
        """Tell a line."""
        self._console.print(text, markup=False)

    def show(self, planned: Plan, identity: Identity) -> None:
        """Tell what is to be done."""
        for line in plan_text.lines(planned, identity):
            self.say(line)

    def agrees(self, question: str) -> bool:
        """Ask, each question once."""
        if question not in self._answers:
            self._answers[question] = self._says_yes or self._ask(question)
        return self._answers[question]

    def keep(self, name: str, content: bytes) -> None:
        """Keep a file of the board in this folder, for its owner's eyes only."""
        path = _free(Path(f"{name}.from-the-board"), content)
        try:
            with open(path, "wb", opener=_private) as file:
                file.write(content)
        except OSError as error:
            text = f"the board's {name} cannot be kept as {path} ({error.strerror}): "
            text += "change to a folder of yours; nothing is done"
            raise FlashError(Kind.NOT_AGREED, text) from error
        self.say(f"the board's own {name} is kept as {path}")

    @contextmanager
    def progress(self, size_bytes: int) -> Iterator[Told]:
        """Begin to tell what goes through the cable."""
        if not self._console.is_terminal or not size_bytes:
            yield _Lines(self)
            return
        columns = (TextColumn("{task.description:20}"), BarColumn(), DownloadColumn())
        with Progress(*columns, console=self._console, transient=True) as bar:
            yield _Bar(bar, size_bytes)

    def _ask(self, question: str) -> bool:
        if not (sys.stdin.isatty() and sys.stderr.isatty()):
            self.say(f"{question} Nobody can answer here; --yes does.")
            return False
        return click.confirm(question, default=False, err=True)


class _Lines:
    def __init__(self, telling: Telling) -> None:
        self._telling = telling

    def file(self, path: str, size_bytes: int) -> None:
        self._telling.say(
            f"  send {path} ({size_bytes:,} byte{'' if size_bytes == 1 else 's'})"
        )

    def advance(self, size_bytes: int) -> None:
        """Say nothing: the next line does."""


class _Bar:
    def __init__(self, bar: Progress, size_bytes: int) -> None:
        self._bar = bar
        self._task = bar.add_task("", total=size_bytes)

    def file(self, path: str, _: int) -> None:
        self._bar.update(self._task, description=path.rpartition("/")[2])

    def advance(self, size_bytes: int) -> None:
        self._bar.advance(self._task, size_bytes)


def _private(path: str, flags: int) -> int:
    return os.open(path, flags, 0o600)


def _free(path: Path, content: bytes) -> Path:
    """Give the first of these names that nothing else has."""
    number = 1
    free = path
    while free.exists() and not (free.is_file() and free.read_bytes() == content):
        number += 1
        free = path.with_name(f"{path.name}-{number}")
    return free
