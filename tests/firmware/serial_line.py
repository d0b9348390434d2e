"""In: a line the firmware printed. Out: its fields, by logfmt's rules alone."""

import re

FIELD = re.compile(
    r'(\w+)=(?:"((?:[^"\\]|\\.)*)"|([^ \t\r\n"=\\]*))(?: |\Z)', re.DOTALL
)
ESCAPED = re.compile(r"\\(.)", re.DOTALL)
PLAIN = {"n": "\n", "r": "\r"}


def fields(line: str) -> dict[str, str]:
    """Take a line apart; whatever is left over is an error."""
    found: dict[str, str] = {}
    at = 0
    while at < len(line):
        field = FIELD.match(line, at)
        assert field, f"not logfmt from here: {line[at:]!r}"
        assert field[1] not in found, f"{field[1]} twice in {line!r}"
        if field[2] is None:
            found[field[1]] = field[3]
        else:
            found[field[1]] = ESCAPED.sub(lambda m: PLAIN.get(m[1], m[1]), field[2])
        at = field.end()
    return found


def events(text: str, event: str = "") -> list[dict[str, str]]:
    """Give the lines of a serial log, or those of one event."""
    lines = [fields(line) for line in text.split("\n")[:-1]]
    return [line for line in lines if event in ("", line["event"])]
