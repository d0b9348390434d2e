"""In: events with their fields. Out: one line each on the serial port (logfmt)."""

from .chip import Chip

LINES_KEPT = 12
LINE_MOST_BYTES = 160


class Log:
    """Write `t=12.345 level=info event=joined address=10.0.0.7`; keep the last lines.

    `lines` has them, `troubles` counts the warnings and errors among all there were.
    """

    def __init__(self, chip: Chip) -> None:
        self._chip = chip
        self.lines: list[str] = []
        self.troubles = 0

    def info(self, event: str, **fields: object) -> None:
        """Tell what happens as it should."""
        self._write("info", event, fields)

    def warning(self, event: str, **fields: object) -> None:
        """Tell what went wrong and is being mended."""
        self.troubles += 1
        self._write("warning", event, fields)

    def error(self, event: str, **fields: object) -> None:
        """Tell what needs a person."""
        self.troubles += 1
        self._write("error", event, fields)

    def _write(self, level: str, event: str, fields: dict[str, object]) -> None:
        words = [
            "t=%d.%03d" % divmod(self._chip.uptime_ms(), 1000),
            "level=" + level,
            "event=" + event,
        ]
        words += [name + "=" + _quoted(fields[name]) for name in sorted(fields)]
        line = " ".join(words)
        self._chip.say(line)
        self.lines.append(cut(line, LINE_MOST_BYTES))
        if len(self.lines) > LINES_KEPT:
            self.lines.pop(0)


def cut(text: str, most_bytes: int) -> str:
    """Give the text, or as much of its beginning as has so many bytes."""
    text = text[:most_bytes]
    while len(text.encode()) > most_bytes:
        text = text[:-1]
    return text


def _quoted(value: object) -> str:
    text = str(value)
    if text and not any(letter <= " " or letter in '"=\\' for letter in text):
        return text
    for plain, escaped in (("\\", "\\\\"), ('"', '\\"'), ("\n", "\\n"), ("\r", "\\r")):
        text = text.replace(plain, escaped)
    return '"' + text + '"'
