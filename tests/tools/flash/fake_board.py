"""In: a model of a flash, faults. Out: a board as flashing.py knows it."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from picotemp_tools.flash.board.look import Identity
from picotemp_tools.flash.errors import FlashError, Kind, LinkLostError
from picotemp_tools.flash.planning.plan import Plan
from picotemp_tools.flash.planning.program import Program, sha256
from picotemp_tools.flash.planning.steps import (
    Copy,
    MakeFolder,
    Remove,
    Rename,
    Send,
    Step,
)
from picotemp_tools.flash.watch.arrival import Arrival
from tools.flash.planning.model_board import ModelBoard, Running, running

PICO_W = ("micropython", (1, 29, 0), "Raspberry Pi Pico W with RP2040", "e661")


class FakeBoard:
    """A board of which orders fail as a test says; `log` has what was done to it.

    `fails_at` is the number of the order that does not happen, and what it raises;
    one in `fails_after` has happened.
    `writes` is what the board makes of the bytes that it is sent.
    """

    def __init__(self, model: ModelBoard, program: Program) -> None:
        self.model = model
        self.identity: tuple[object, ...] = PICO_W
        self.fails_at: dict[int, BaseException] = {}
        self.fails_after: dict[int, BaseException] = {}
        self.writes: Callable[[bytes], bytes] = bytes
        self.comes_up: Callable[[Running], bool] = running(program).__eq__
        self.orders = 0
        self.sessions = 0
        self.resets = 0
        self.sent: list[str] = []

    @contextmanager
    def session(self) -> Iterator["FakeBoard"]:
        self.sessions += 1
        try:
            yield self
        finally:
            self.resets += 1

    session_again = session

    def wait_until_up(self, version: str) -> Arrival:
        if not self.comes_up(self.model.boots()):
            raise FlashError(Kind.DID_NOT_COME_UP, "nothing on the serial port")
        return Arrival(version, "10.0.0.7", 80)

    def call(self, name: str, *arguments: Any) -> Any:
        self._count()
        given = getattr(self, f"_{name}")(*arguments)
        self._end()
        return given

    def each(self, name: str, *arguments: object) -> list[Any]:
        return list(self.call(name, *arguments))

    def read(self, path: str) -> bytes | None:
        self._count()
        return self.model.files.get(path)

    def write(self, path: str, content: bytes, told: Any = None) -> None:
        self._count()
        self.sent.append(path)
        self._do(Send(path, self.writes(content)))
        if told:
            told(len(content), len(content))
        self._end()

    def _end(self) -> None:
        if self.orders in self.fails_after:
            raise self.fails_after[self.orders]

    def _count(self) -> None:
        self.orders += 1
        if self.orders in self.fails_at:
            raise self.fails_at[self.orders]

    def _do(self, step: Step) -> None:
        self.model.do(step)

    def _identify(self) -> tuple[object, ...]:
        return self.identity

    def _look(self) -> dict[str, object]:
        return {
            "free_bytes": 800_000,
            "block_bytes": 4096,
            "current": self._line("/app/current"),
            "previous": self._line("/app/previous"),
        }

    def _files(self) -> list[tuple[str, str | None, int]]:
        ours = ("/app/", "/picotemp/")
        return [
            *((path, None, 0) for path in self.model.folders if path[:4] == "/app"),
            *(
                (path, sha256(content), len(content))
                for path, content in self.model.files.items()
                if path in ("/main.py", "/microdot.mpy") or path.startswith(ours)
            ),
        ]

    def _line(self, path: str) -> str | None:
        content = self.model.files.get(path)
        return None if content is None else content.decode().strip()

    def _make_folder(self, path: str) -> None:
        self._do(MakeFolder(path))

    def _copy(self, source: str, path: str) -> None:
        self._do(Copy(source, path, len(self.model.files[source])))

    def _rename(self, source: str, path: str) -> None:
        # As agent.py: it may have been done.
        if source in self.model.files:
            self._do(Rename(source, path))

    def _remove(self, path: str) -> None:
        self._do(Remove(path))

    def _sha256s(self, paths: list[str]) -> list[str | None]:
        files = self.model.files
        return [sha256(files[path]) if path in files else None for path in paths]


@dataclass
class FakeTelling:
    """Who agrees to all, or to nothing."""

    agrees_to_all: bool = True
    said: list[str] = field(default_factory=list)
    questions: list[str] = field(default_factory=list)
    kept: dict[str, bytes] = field(default_factory=dict)
    shown: list[Plan] = field(default_factory=list)
    advanced_bytes: int = 0

    def say(self, text: str) -> None:
        self.said.append(text)

    def show(self, planned: Plan, _: Identity) -> None:
        self.shown.append(planned)

    def agrees(self, question: str) -> bool:
        self.questions.append(question)
        return self.agrees_to_all

    def keep(self, name: str, content: bytes) -> None:
        self.kept[name] = content

    @contextmanager
    def progress(self, _: int) -> Iterator["FakeTelling"]:
        yield self

    def file(self, path: str, size_bytes: int) -> None:
        pass

    def advance(self, size_bytes: int) -> None:
        self.advanced_bytes += size_bytes


def lost() -> LinkLostError:
    return LinkLostError("the cable")
