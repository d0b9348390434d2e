"""In: a program, the board that is to have it. Out: the board runs it, or what it ran.

Three times the board is started anew: with its program interrupted, with the new one
on trial, and without what the trial needed.
"""

from collections.abc import Callable, Iterable
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from typing import Protocol

from .board.executor import Orders, Progress, carry_out
from .board.look import Identity, identify, look
from .errors import FlashError, Kind, LinkLostError
from .planning.plan import Plan, plan
from .planning.program import Program
from .planning.snapshot import MAIN, STARTS, STARTS_ON_TRIAL, TRIAL
from .planning.steps import Remove, Step
from .usb.supported import require
from .watch.arrival import Arrival

# A board that is reset in the middle is gone on with.
TRIES = 3
FLASHED, UP_TO_DATE, PLANNED = "flashed", "up to date", "planned"
FOREIGN_MAIN = "Replace another program's main.py on the board (a copy is kept here)?"
SWITCHED_BACK = "the board is switched back to what ran before"
LEFTOVERS = "Remove what an earlier plain copy left there, unused: {}?"


class Board(Protocol):
    """The board that is meant, as reach.py has it."""

    def session(self) -> AbstractContextManager[Orders]:
        """Interrupt its program; it starts anew at the end."""

    def session_again(self) -> AbstractContextManager[Orders]:
        """Do so once it is back."""

    def wait_until_up(self, version: str) -> Arrival:
        """Watch it start; raise DID_NOT_COME_UP where it does not."""


class Telling(Protocol):
    """Who is told what happens, and asked what may."""

    def say(self, text: str) -> None:
        """Tell a line."""

    def show(self, planned: Plan, identity: Identity) -> None:
        """Tell what is to be done."""

    def agrees(self, question: str) -> bool:
        """Ask; no where nobody can answer."""

    def keep(self, name: str, content: bytes) -> None:
        """Keep a file of the board that is going to be replaced."""

    def progress(self, size_bytes: int) -> AbstractContextManager[Progress]:
        """Begin to tell what goes through the cable."""


@dataclass(frozen=True)
class Outcome:
    """What came of it; `leftovers` are still there."""

    result: str
    version: str
    plan: Plan
    sent_bytes: int = 0
    arrival: Arrival | None = None
    leftovers: tuple[str, ...] = ()

    @property
    def folder(self) -> str:
        """Give the name of the program's folder."""
        return self.plan.folder


@dataclass
class Flashing:
    """All that it takes; `settle` sees to it that there are settings."""

    program: Program
    board: Board
    telling: Telling
    settle: Callable[[Orders], None]
    is_dry_run: bool = False
    _sent_bytes: int = field(default=0, init=False)
    _has_begun: bool = field(default=False, init=False)

    def run(self) -> Outcome:
        """Flash; raise FlashError where that cannot be, or the old program is back."""
        for attempt in range(TRIES):
            try:
                return self._try(is_again=attempt > 0)
            except LinkLostError as error:
                self.telling.say(str(error))
        raise FlashError(
            Kind.INTERRUPTED,
            "the board goes away or resets again and again; it boots the old or the "
            "new program, whole; check cable and power, then flash again",
        )

    def _try(self, *, is_again: bool) -> Outcome:
        open_session = self.board.session_again if is_again else self.board.session
        with open_session() as orders:
            planned = self._plan(orders)
            if self.is_dry_run:
                return self._outcome(PLANNED, planned, planned.leftovers)
            removals = self._agree(planned, orders)
            self.settle(orders)
            before = removals if planned.is_empty else planned.before
            self._has_begun |= not planned.is_empty
            self._carry_out(before, orders, planned.send_bytes)
        kept = tuple(p for p in planned.leftovers if Remove(p) not in removals)
        if not self._has_begun:
            return self._outcome(UP_TO_DATE, planned, kept)
        arrival = self._finish(planned, [*planned.after, *removals])
        return self._outcome(FLASHED, planned, kept, arrival)

    def _plan(self, orders: Orders) -> Plan:
        identity = identify(orders)
        require(identity.version, identity.machine)
        planned = plan(self.program, look(orders))
        if not planned.is_empty:
            self.telling.show(planned, identity)
        return planned

    def _agree(self, planned: Plan, orders: Orders) -> list[Remove]:
        """Ask what has to be asked; give what else may be removed."""
        if planned.is_main_foreign:
            if not self.telling.agrees(FOREIGN_MAIN):
                text = (
                    "the board's main.py stays, and so does all else; nothing is done"
                )
                raise FlashError(Kind.NOT_AGREED, text)
            self.telling.keep("main.py", orders.read(MAIN) or b"")
        names = ", ".join(planned.leftovers)
        if names and self.telling.agrees(LEFTOVERS.format(names)):
            return [Remove(path) for path in planned.leftovers]
        return []

    def _finish(self, planned: Plan, after: list[Remove]) -> Arrival:
        arrival = self._come_up(planned)
        if not after:
            return arrival
        is_update = any(step.path not in TRIAL for step in after)
        self.telling.say(f"it is up{'; the old version goes' * is_update}")
        with self.board.session_again() as orders:
            self._require_trial_won(planned, orders)
            self._carry_out(after, orders, 0)
        if arrival.notes:
            # What it could not do it cannot do now, and that takes a minute.
            return arrival
        return self._come_up_again()

    def _come_up_again(self) -> Arrival:
        for _ in range(TRIES):
            try:
                return self.board.wait_until_up(self.program.version)
            except FlashError as error:
                # It came up before, so somebody may have reset or unplugged it.
                failure = error
        text = f"{failure}; it had come up before: picotemp-flash doctor says more"
        raise FlashError(failure.kind, text)

    def _require_trial_won(self, planned: Plan, orders: Orders) -> None:
        # Old and new may say the same version.
        if len(orders.call("line", STARTS) or "") > STARTS_ON_TRIAL:
            self._carry_out(planned.back, orders, 0)
            text = f"version {self.program.version} did not come up: the board resets"
            raise FlashError(Kind.DID_NOT_COME_UP, f"{text}; {SWITCHED_BACK}")

    def _come_up(self, planned: Plan) -> Arrival:
        self.telling.say(f"waiting until picotemp {self.program.version} is up")
        try:
            return self.board.wait_until_up(self.program.version)
        except FlashError as error:
            if error.kind is not Kind.DID_NOT_COME_UP:
                raise
            reason = f"{error}; {self._go_back(planned)}"
            raise FlashError(Kind.DID_NOT_COME_UP, reason) from error

    def _go_back(self, planned: Plan) -> str:
        """Switch back to what came up last; give how that went."""
        if not planned.back:
            return "there is nothing to go back to, so it stays"
        for _ in range(TRIES):
            try:
                with self.board.session_again() as orders:
                    self._carry_out(planned.back, orders, 0)
            except FlashError as error:
                failure = error
            else:
                return SWITCHED_BACK
        return (
            f"nor did the way back work ({failure}): unplug the board and plug it in "
            f"again, {STARTS_ON_TRIAL + 1} times, then it starts what ran before"
        )

    def _carry_out(
        self, steps: Iterable[Step], orders: Orders, size_bytes: int
    ) -> None:
        with self.telling.progress(size_bytes) as progress:
            carry_out(steps, orders, _Counted(progress, self))

    def _outcome(
        self,
        result: str,
        planned: Plan,
        leftovers: tuple[str, ...],
        arrival: Arrival | None = None,
    ) -> Outcome:
        return Outcome(
            result,
            self.program.version,
            planned,
            planned.send_bytes if result == PLANNED else self._sent_bytes,
            arrival,
            leftovers,
        )


@dataclass(frozen=True)
class _Counted:
    """Progress that is told, and counted over all tries."""

    progress: Progress
    flashing: Flashing

    def file(self, path: str, size_bytes: int) -> None:
        self.progress.file(path, size_bytes)

    def advance(self, size_bytes: int) -> None:
        self.flashing._sent_bytes += size_bytes  # noqa: SLF001 its own
        self.progress.advance(size_bytes)
