"""In: a line that a board printed. Out: the event in it, and its fields (logfmt)."""

import re
from dataclasses import dataclass, field
from datetime import datetime

# As the firmware's log.py writes it.
BEGIN = re.compile(r"t=\d+\.\d{3} level=\w+ event=")
FIELD = re.compile(r'([^ ="\\]+)=("(?:[^"\\]|\\.)*"|[^ ="\\]+)(?: |$)', re.DOTALL)
ESCAPE = re.compile(r"\\(.)")
ESCAPED = {"n": "\n", "r": "\r"}


@dataclass(frozen=True)
class Line:
    """A line of a board, and when it came; no event where it is not of its log."""

    time: datetime
    text: str
    event: str = ""
    fields: dict[str, str] = field(default_factory=dict)


def read(time: datetime, text: str) -> Line:
    """Give a printed line with what it says; a field that is cut off is left out."""
    if not BEGIN.match(text):
        return Line(time, text)
    fields = {}
    at = 0
    while found := FIELD.match(text, at):
        name, value = found.groups()
        fields[name] = _plain(value)
        at = found.end()
    return Line(time, text, fields.pop("event", ""), fields)


def _plain(value: str) -> str:
    if not value.startswith('"'):
        return value
    return ESCAPE.sub(lambda it: ESCAPED.get(it[1], it[1]), value[1:-1])
