"""In: events with their fields. Out: one line each on the serial port (logfmt)."""

from .chip import Chip


class Log:
    """Write `t=12.345 level=info event=joined address=10.0.0.7`."""

    def __init__(self, chip: Chip) -> None:
        self._chip = chip

    def info(self, event: str, **fields: object) -> None:
        """Tell what happens as it should."""
        self._write("info", event, fields)

    def warning(self, event: str, **fields: object) -> None:
        """Tell what went wrong and is being mended."""
        self._write("warning", event, fields)

    def error(self, event: str, **fields: object) -> None:
        """Tell what needs a person."""
        self._write("error", event, fields)

    def _write(self, level: str, event: str, fields: dict[str, object]) -> None:
        words = [
            "t=%d.%03d" % divmod(self._chip.uptime_ms(), 1000),
            "level=" + level,
            "event=" + event,
        ]
        words += [name + "=" + _quoted(fields[name]) for name in sorted(fields)]
        print(" ".join(words))


def _quoted(value: object) -> str:
    text = str(value)
    if text and not any(letter <= " " or letter in '"=\\' for letter in text):
        return text
    for plain, escaped in (("\\", "\\\\"), ('"', '\\"'), ("\n", "\\n"), ("\r", "\\r")):
        text = text.replace(plain, escaped)
    return '"' + text + '"'
