"""In: what each refresh of a source brought. Out: the list in force, and its state."""

from collections.abc import Iterable, Mapping

from attrs import define

from picotemp_collector.config.resolve import Entry
from picotemp_collector.readings.source_state import SourceState
from picotemp_collector.sources.listing import told


@define(eq=False)
class Kept:
    """What is in force of one source; `origin` is fit to be shown."""

    origin: str
    entries: tuple[Entry, ...] = ()
    problems: tuple[str, ...] = ()
    is_current: bool = False
    last_success_unix_seconds: float | None = None
    failure_count: int = 0

    def take(
        self,
        entries: tuple[Entry, ...],
        problems: tuple[str, ...],
        is_current: bool,
        unix_seconds: float,
    ) -> None:
        """Put entries in force, which are not `is_current` if some are older."""
        self.entries, self.problems = entries, problems
        self.is_current = is_current
        if is_current:
            self.last_success_unix_seconds = unix_seconds
        else:
            self.failure_count += 1


def states_of(
    kept: Iterable[Kept], clashes: Mapping[Kept, tuple[str, ...]]
) -> tuple[SourceState, ...]:
    """Give how each is, with what is wrong between it and others."""
    # Two URLs that differ in what is not shown must stay two series.
    seen: dict[str, int] = {}
    states = []
    for one in kept:
        number = seen[one.origin] = seen.get(one.origin, 0) + 1
        origin = one.origin if number == 1 else f"{one.origin} ({number})"
        states.append(_state(one, origin, clashes.get(one, ())))
    return tuple(states)


def _state(kept: Kept, origin: str, clashes: tuple[str, ...]) -> SourceState:
    return SourceState(
        origin=origin,
        is_current=kept.is_current,
        problems=told((*kept.problems, *clashes)),
        device_count=len(kept.entries),
        last_success_unix_seconds=kept.last_success_unix_seconds,
        failure_count=kept.failure_count,
    )
