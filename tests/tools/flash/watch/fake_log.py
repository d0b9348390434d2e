"""In: what a board prints, and when. Out: a log of that on a clock of its own."""

from collections.abc import Iterator
from datetime import UTC, datetime

from picotemp_tools.flash.watch.log_line import read
from picotemp_tools.flash.watch.serial_log import POLL_SECONDS, Mark, Seen

NOW = datetime(2026, 11, 21, tzinfo=UTC)
# (seconds after the reset, what comes then); an event stands for its whole line.
Script = list[tuple[float, str | Mark]]


class FakeLog:
    """What a board prints after its reset, and after it was restarted."""

    def __init__(
        self, script: Script, restarted: Script | None = None, is_open: bool = True
    ) -> None:
        self.seconds = 1000.0
        self.restarts: list[float] = []
        self._began = self.seconds
        self._script = list(script)
        self._restarted = restarted or []
        self._is_open = is_open

    def clock(self) -> float:
        return self.seconds

    @property
    def waited_seconds(self) -> float:
        return round(self.seconds - self._began, 1)

    def restart(self) -> bool:
        if self._is_open:
            self.restarts.append(self.waited_seconds)
            now = self.waited_seconds
            self._script = [(now + after, what) for after, what in self._restarted]
        return self._is_open

    def __iter__(self) -> Iterator[Seen]:
        while self.waited_seconds < 200:
            while self._script and self._script[0][0] <= self.waited_seconds:
                yield seen(self._script.pop(0)[1])
            yield None
            self.seconds += POLL_SECONDS


def seen(what: str | Mark) -> Seen:
    if isinstance(what, Mark):
        return what
    is_event = what.split(" ")[0].replace("_", "").islower() and what[0] != " "
    return read(NOW, f"t=1.000 level=info event={what}" if is_event else what)
