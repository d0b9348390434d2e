"""In: what became of a source's last refresh. Out: it, as metrics and people see it."""

from attrs import frozen


@frozen
class SourceState:
    """How one source of devices is: `origin` is its path or URL, fit to be shown.

    `is_current`: the last refresh gave the list that is in force; else the last good
    one is in force, if there ever was one. `problems` has a line for whatever a person
    should put right, also in a list that is in force: such targets are left out.
    """

    origin: str
    is_current: bool
    problems: tuple[str, ...]
    device_count: int
    last_success_unix_seconds: float | None
    failure_count: int

    @property
    def ok(self) -> bool:
        """Whether all that it said last is in force."""
        return self.is_current and not self.problems
