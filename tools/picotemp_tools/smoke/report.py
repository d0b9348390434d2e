"""In: how checks begin and end. Out: a table that grows while it waits."""

import time
from typing import Self

from attrs import frozen
from rich.console import Console
from rich.live import Live
from rich.spinner import Spinner
from rich.table import Table
from rich.text import Text

RESULTS = {True: Text("pass", "bold green"), False: Text("FAIL", "bold red")}


@frozen
class Row:
    """A check that ended."""

    name: str
    passed: bool
    seconds: float
    seen: str


class Report:
    """A table on a console: alive on a terminal, elsewhere printed at the end."""

    def __init__(self, console: Console, title: str) -> None:
        self._console = console
        self._title = title
        self._rows: list[Row] = []
        self._awaited = ""
        self._began_seconds = 0.0
        self._spinner = Spinner("dots")
        self._live = Live(console=console, get_renderable=self._table)

    def __enter__(self) -> Self:
        self._live.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._awaited = ""
        self._live.stop()
        if not self._console.is_terminal:
            self._console.line()  # rich ends the table's last line on terminals alone

    def began(self, name: str) -> None:
        """Say what is waited for."""
        self._awaited = name
        self._began_seconds = time.monotonic()

    def ended(self, *, passed: bool, seen: str) -> None:
        """Note how it ended."""
        seconds = time.monotonic() - self._began_seconds
        self._rows.append(Row(self._awaited, passed, seconds, seen))
        self._awaited = ""

    def _table(self) -> Table:
        table = Table(title=self._title, title_justify="left")
        table.add_column("check", no_wrap=True)
        table.add_column("result", no_wrap=True)
        table.add_column("seconds", justify="right", no_wrap=True)
        table.add_column("seen", overflow="fold")
        for row in self._rows:
            result, seconds = RESULTS[row.passed], f"{row.seconds:.1f}"
            table.add_row(row.name, result, seconds, Text(row.seen))
        if self._awaited:
            seconds = f"{time.monotonic() - self._began_seconds:.1f}"
            table.add_row(self._awaited, self._spinner, seconds)
        return table
