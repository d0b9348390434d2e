"""In: what a board prints. Out: the same for a person, each line with its time."""

from collections.abc import Callable, Iterable

from .log_line import Line
from .serial_log import Mark, Seen


def follow(log: Iterable[Seen], write: Callable[[str], object]) -> None:
    """Write each line, and what happens to the port, until somebody ends it."""
    for seen in log:
        if isinstance(seen, Line):
            moment = seen.time.isoformat(" ", "milliseconds")[
                : len("2026-11-21 14:03:07.123")
            ]
            write(f"{moment}  {_harmless(seen.text)}")
        elif isinstance(seen, Mark):
            write(f"-- {seen.value} --")


def _harmless(text: str) -> str:
    # What a board prints must not steer the terminal.
    return "".join(it if it.isprintable() or it == "\t" else "\ufffd" for it in text)
