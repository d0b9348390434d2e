"""In: the body of GET /metrics. Out: its lines and samples, or the rule it breaks."""

import re
from typing import NamedTuple

from prometheus_client.parser import text_string_to_metric_families
from prometheus_client.samples import Sample

from .answer import WrongAnswerError

NAME = r"[a-zA-Z_:][a-zA-Z0-9_:]*"
LABEL = r'[a-zA-Z_][a-zA-Z0-9_]*="(?:[^"\\]|\\[\\"n])*"'
LABELS = rf"\{{(?:{LABEL}(?:,{LABEL})*)?,?\}}"
COMMENT = re.compile(rf"# (HELP|TYPE) ({NAME}) (.*\S.*)")
# Value and time stamp are the tests' to judge.
SAMPLE = re.compile(rf"({NAME})(?:{LABELS})? (\S+(?: \S+)?)")


class Line(NamedTuple):
    """One line: HELP, TYPE or SAMPLE, of which name, and the rest of it."""

    what: str
    name: str
    rest: str


class Exposition(NamedTuple):
    """What a board exposes: line by line, and as Prometheus' parser reads it."""

    lines: list[Line]
    samples: list[Sample]

    @property
    def kinds(self) -> dict[str, str]:
        """Give the declared type of each name."""
        return {line.name: line.rest for line in self.lines if line.what == "TYPE"}

    def of(self, name: str) -> list[Sample]:
        """Give all samples of one name."""
        return [sample for sample in self.samples if sample.name == name]

    def one(self, name: str) -> Sample:
        """Give the one sample that there must be."""
        found = self.of(name)
        assert len(found) == 1, f"{name} is there {len(found)} times"
        return found[0]

    def by_label(self, name: str, label: str) -> dict[str, float]:
        """Give the values of one name by what its label says."""
        return {sample.labels[label]: sample.value for sample in self.of(name)}


def read(body: bytes) -> Exposition:
    """Read an exposition; the parser alone forgives too much."""
    text = body.decode()
    _require(text.endswith("\n"), "it does not end with a line's end", text)
    lines = [_line(line) for line in text.removesuffix("\n").split("\n") if line]
    try:
        families = list(text_string_to_metric_families(text))
    except ValueError as error:
        raise WrongAnswerError(f"Prometheus cannot read it: {error}") from error
    return Exposition(lines, [each for family in families for each in family.samples])


def _line(line: str) -> Line:
    if found := COMMENT.fullmatch(line):
        return Line(found[1], found[2], found[3])
    found = SAMPLE.fullmatch(line)
    _require(found is not None, "neither HELP nor TYPE nor a sample", line)
    assert found is not None
    return Line("SAMPLE", found[1], found[2])


def _require(rule_holds: bool, otherwise: str, text: str) -> None:
    if not rule_holds:
        raise WrongAnswerError(f"{otherwise}: {text[-300:]!r}")
