"""In: what is wrong with a board or around it. Out: surroundings for the doctor."""

import json
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, cast

from picotemp.payload import Reading
from picotemp_tools.flash.board.executor import Orders
from picotemp_tools.flash.board.reach import Reach
from picotemp_tools.flash.doctor.doctor import Surroundings
from picotemp_tools.flash.doctor.finding import Finding, State
from picotemp_tools.flash.errors import FlashError, Kind
from picotemp_tools.flash.usb.ports import Board
from picotemp_tools.flash.watch.http_answer import NoAnswerError
from tools.flash.fake_board import FakeBoard
from tools.flash.planning.model_board import OUR_MAIN, ModelBoard, program_of
from tools.flash.usb.fake_host import FakeHost, FakePort
from tools.flash.watch.fake_log import FakeLog, Script

PORT = FakePort("/dev/ttyACM0", serial_number="e661a4")
PROGRAM = program_of({"picotemp/app.mpy": b"app", "microdot.mpy": b"dot"})
PASSWORD = "sesame-street"  # noqa: S105 of a network that does not exist
SETTINGS: dict[str, object] = {"ssid": "attic", "password": PASSWORD}
STARTED = "started version=1.2.3 reset_cause=intended"
HEALTHY: Script = [
    (0.4, STARTED),
    (0.5, "listening port=80"),
    (3.0, "joined address=10.0.0.7"),
]
READING = Reading(27.04, 80.67)
NOW = datetime(2026, 12, 24, 18, 30, tzinfo=UTC)


class PatientBoard(FakeBoard):
    """A flashed board whose filesystem may be full, or in no order."""

    def __init__(self) -> None:
        super().__init__(ModelBoard(), PROGRAM)
        self.free_bytes = 500 * 1024
        self.is_unreadable = False
        self.put("/main.py", OUR_MAIN)
        self.put("/app/current", f"{PROGRAM.folder}\n".encode())
        self.model.put_program(dict(PROGRAM.files), f"/app/{PROGRAM.folder}")
        self.put_settings(SETTINGS)

    def put(self, path: str, content: bytes) -> None:
        self.model.put(path, content)

    def put_settings(self, settings: dict[str, object]) -> None:
        self.put("/settings.json", json.dumps(settings).encode())

    def remove(self, path: str) -> None:
        self._remove(path)

    def _look(self) -> dict[str, object]:
        if self.is_unreadable:
            text = "the board cannot look: OSError: 5; erase it: picotemp-flash erase"
            raise FlashError(Kind.FILESYSTEM_UNREADABLE, text)
        return super()._look() | {"free_bytes": self.free_bytes}

    def _kind(self, path: str) -> str:
        return "file" if path in self.model.files else ""


@dataclass
class Patient:
    """A board that is well, until a test sees to it that it is not."""

    host: FakeHost
    board: PatientBoard = field(default_factory=PatientBoard)
    log: FakeLog = field(default_factory=lambda: FakeLog(HEALTHY))
    refusal: FlashError | None = None
    answers: list[Reading | NoAnswerError] = field(default_factory=lambda: [READING])
    asked: list[tuple[str, int]] = field(default_factory=list)
    resolved: dict[str, list[str]] = field(
        default_factory=lambda: {"picotemp.local": ["10.0.0.7"]}
    )
    now: datetime = NOW
    slept_seconds: list[float] = field(default_factory=list)

    def around(self) -> Surroundings:
        return Surroundings(
            FakeReach(self),
            PROGRAM,
            resolve=lambda name: self.resolved.get(name, []),
            ask=self._ask,
            now=lambda: self.now,
            clock=self.log.clock,
            sleep=self.slept_seconds.append,
        )

    def says(self, *what: str, restarted: Script | None = None) -> None:
        """Have it start so, an event every half second."""
        script: Script = [(0.5 * at, said) for at, said in enumerate(what)]
        self.log = FakeLog(script, restarted)

    def _ask(self, address: str, port: int) -> Reading:
        self.asked.append((address, port))
        answer = self.answers[0] if len(self.answers) == 1 else self.answers.pop(0)
        if isinstance(answer, NoAnswerError):
            raise answer
        return answer


class FakeReach:
    """The real one but for the board and its log."""

    def __init__(self, patient: Patient) -> None:
        self._patient = patient
        open_session = cast(Callable[[str], Any], self._open)
        self._reach = Reach(patient.host.host(), open_session=open_session)

    def board(self) -> Board:
        return self._reach.board()

    def session(self) -> AbstractContextManager[Orders]:
        return self._reach.session()

    def log(self) -> AbstractContextManager[FakeLog]:
        return nullcontext(self._patient.log)

    def _open(self, _: str) -> AbstractContextManager[Orders]:
        if self._patient.refusal:
            raise self._patient.refusal
        return self._patient.board.session()


def patient_at(root: Path) -> Patient:
    """Give a board that is well, on a host below a folder."""
    return Patient(FakeHost(root, [PORT]))


def states(findings: list[Finding]) -> dict[str, State]:
    return {finding.check: finding.state for finding in findings}
