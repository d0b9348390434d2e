"""In: what the doctor looked at. Out: whether it is well, for people and programs.

The names of the checks and the keys for programs stay; a script may rely on them.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import Enum

from ..errors import Kind

ALL_IS_WELL = "All is well."


class State(Enum):
    """What came of a check."""

    OK = "ok"
    WRONG = "wrong"
    SKIPPED = "skipped"


MARKS = {State.OK: "ok", State.WRONG: "WRONG", State.SKIPPED: "--"}


@dataclass(frozen=True)
class Finding:
    """What was seen at one check; kind and remedy where it is wrong."""

    check: str
    state: State
    detail: str = ""
    remedy: str = ""
    kind: Kind | None = None

    def __str__(self) -> str:
        """Give it as a line of the doctor's list."""
        return f"{MARKS[self.state]:<6} {self.check:<12} {self.detail}".rstrip()


def exit_code(findings: Iterable[Finding]) -> int:
    """Give the kind of the first that is wrong; 0 where all is well."""
    wrong = _first_wrong(findings)
    return int(wrong.kind or 1) if wrong else 0


def conclusion(findings: Iterable[Finding]) -> str:
    """Give the first cause and its remedy, one line each."""
    wrong = _first_wrong(findings)
    if wrong is None:
        return ALL_IS_WELL
    cause = f"The first thing that is wrong ({wrong.check}): {wrong.detail}"
    return f"{cause}\nWhat to do: {wrong.remedy}" if wrong.remedy else cause


def as_text(findings: Sequence[Finding]) -> str:
    """Give a line for each check, and what follows from them."""
    return "\n".join([*map(str, findings), conclusion(findings)])


def as_json(findings: Sequence[Finding]) -> dict[str, object]:
    """Give them for programs."""
    code = exit_code(findings)
    return {
        "ok": code == 0,
        "exit_code": code,
        "findings": [_as_json(finding) for finding in findings],
    }


def _as_json(finding: Finding) -> dict[str, object]:
    return {
        "check": finding.check,
        "state": finding.state.value,
        "detail": finding.detail,
        "remedy": finding.remedy,
        "exit_code": int(finding.kind or 0),
    }


def _first_wrong(findings: Iterable[Finding]) -> Finding | None:
    return next((it for it in findings if it.state is State.WRONG), None)
