"""In: the lines of a board that starts. Out: how far it came, and what is wrong."""

from .log_line import Line


class BootReport:
    """What a board has said of itself since it started last; take() goes on.

    `address` is where it is joined now. `join_failure` is why the last try to join
    failed, the `join_failures`th in a row; None once it has joined. `settings_problems`
    keep its own settings from being used: the last good ones are in use where
    `is_last_good_used`, else it does nothing but complain. `ended` is the error that
    the program ended with.
    """

    def __init__(self) -> None:
        self.starts = 0
        self._begin()

    def take(self, line: Line) -> None:
        """Learn from the next line."""
        if line.event == "started":
            self._begin(line.fields.get("version"), line.fields.get("reset_cause"))
            self.starts += 1
        self.events += line.event != ""
        self._take_network(line)
        self._take_settings(line)
        self._take_health(line)

    @property
    def is_without_settings(self) -> bool:
        """Tell whether there are no settings that it could use."""
        return bool(self.settings_problems) and not self.is_last_good_used

    def _begin(
        self, version: str | None = None, reset_cause: str | None = None
    ) -> None:
        self.events = 0
        self.version = version
        self.reset_cause = reset_cause
        self.address: str | None = None
        self.port: int | None = None
        self.join_failure: str | None = None
        self.join_failures = 0
        self.settings_problems: tuple[str, ...] = ()
        self.is_last_good_used = False
        self.sensor_problem: str | None = None
        self.ended: str | None = None
        self.is_recovery = False
        self.is_healthy = False

    def _take_network(self, line: Line) -> None:
        if line.event in ("joined", "address_changed"):
            self.address = line.fields.get("address")
            self.join_failure, self.join_failures = None, 0
        elif line.event in ("link_lost", "link_dead"):
            self.address = None
        elif line.event == "join_failed":
            self.address = None
            self.join_failure = line.fields.get("reason", "")
            self.join_failures += 1
        elif line.event == "listening" and line.fields.get("port", "").isdecimal():
            self.port = int(line.fields["port"])

    def _take_settings(self, line: Line) -> None:
        if line.event not in ("settings_last_good_used", "settings_unusable"):
            return
        self.is_last_good_used = line.event == "settings_last_good_used"
        problem = line.fields.get("problem")
        # Those of settings that cannot be used are told again and again.
        if problem and problem not in self.settings_problems:
            self.settings_problems += (problem,)

    def _take_health(self, line: Line) -> None:
        if line.event == "sensor_refused":
            self.sensor_problem = line.fields.get("reason")
        elif line.event == "sensor_trusted":
            self.sensor_problem = None
        elif line.event == "ended":
            self.ended = line.fields.get("error", "")
        elif line.event == "recovery":
            self.is_recovery = True
        elif line.event == "healthy":
            self.is_healthy = True
