"""In: steps, a session. Out: the board after them, told how far it is."""

from collections.abc import Callable, Iterable
from typing import Any, Protocol

from ..errors import FlashError, Kind
from ..planning.steps import Copy, MakeFolder, Remove, Rename, Send, Step, Verify


class Orders(Protocol):
    """What a board does on order, as session.py has it."""

    def call(self, name: str, *arguments: object) -> Any:
        """Run a function of agent.py."""

    def each(self, name: str, *arguments: object) -> list[Any]:
        """Run a generator of agent.py."""

    def read(self, path: str) -> bytes | None:
        """Give a file's content; None where there is no such file."""

    def write(self, path: str, content: bytes, told: Any = None) -> None:
        """Write a file."""


class Progress(Protocol):
    """Who is told what goes through the cable."""

    def file(self, path: str, size_bytes: int) -> None:
        """Note that a file is begun."""

    def advance(self, size_bytes: int) -> None:
        """Note that so many more bytes are written."""


def carry_out(steps: Iterable[Step], board: Orders, progress: Progress) -> None:
    """Do steps in order; raise FlashError at the first that fails.

    After it the board boots what it would have booted before, or the program.
    """
    for step in steps:
        match step:
            case MakeFolder(path):
                board.call("make_folder", path)
            case Send(path, content):
                _send(path, content, board, progress)
            case Copy(source, path):
                board.call("copy", source, path)
            case Verify():
                _verify(step, board)
            case Rename(source, path):
                board.call("rename", source, path)
            case Remove(path):
                board.call("remove", path)


def meter(progress: Progress) -> Callable[[int, int], None]:
    """Give what is told how much of a file is written, and tells how much more."""
    before_bytes = 0

    def told(written_bytes: int, _: int) -> None:
        nonlocal before_bytes
        progress.advance(written_bytes - before_bytes)
        before_bytes = written_bytes

    return told


def _send(path: str, content: bytes, board: Orders, progress: Progress) -> None:
    progress.file(path, len(content))
    board.write(path, content, meter(progress))


def _verify(step: Verify, board: Orders) -> None:
    paths = list(step.sha256s)
    found = board.call("sha256s", paths)
    wrong = [
        path for path, it in zip(paths, found, strict=True) if it != step.sha256s[path]
    ]
    if wrong:
        raise FlashError(
            Kind.VERIFICATION_FAILED,
            f"the board holds other bytes than were sent in {', '.join(wrong)}; it "
            "is not switched; try again, and if it stays so its flash is worn out",
        )
