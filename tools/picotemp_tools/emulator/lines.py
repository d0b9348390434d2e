"""In: bytes that a board prints. Out: lines."""

import re
from collections.abc import Callable

# A program may print for ever without ending a line; it is shown in pieces then.
LONGEST_LINE_BYTES = 4096
# The raw REPL's, which a terminal of a person should not see.
CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f]")


class Lines:
    """The lines of one chip, each told when it is whole."""

    def __init__(self, told: Callable[[str], None]) -> None:
        self._told = told
        self._rest = b""

    def take(self, chunk: bytes) -> None:
        """Take what was printed."""
        *lines, self._rest = (self._rest + chunk).split(b"\n")
        if len(self._rest) > LONGEST_LINE_BYTES:
            lines, self._rest = [*lines, self._rest], b""
        for line in lines:
            self._tell(line)

    def end(self) -> None:
        """Tell what had no end."""
        if self._rest:
            self._tell(self._rest)
            self._rest = b""

    def _tell(self, line: bytes) -> None:
        text = line.decode(errors="replace").rstrip()
        self._told(CONTROL.sub("", text))
