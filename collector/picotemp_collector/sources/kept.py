"""In: what each refresh of a source brought. Out: the list in force, and its state."""

from attrs import Factory, define

from picotemp_collector.readings.source_state import SourceState
from picotemp_collector.sources.listing import Listing, told


@define(eq=False)
class Kept:
    """What is in force of one source; `origin` is fit to be shown."""

    origin: str
    listing: Listing = Factory(Listing)
    is_current: bool = False
    last_success_unix_seconds: float | None = None
    failure_count: int = 0

    def take(self, listing: Listing, is_current: bool, unix_seconds: float) -> None:
        """Put a list in force, which is not `is_current` if some of it is older."""
        self.listing, self.is_current = listing, is_current
        if is_current:
            self.last_success_unix_seconds = unix_seconds
        else:
            self.failure_count += 1

    def fail(self, problems: tuple[str, ...]) -> None:
        """Keep the list in force for want of another."""
        self.listing = Listing(self.listing.found, problems)
        self.is_current = False
        self.failure_count += 1

    def state(self, origin: str, clashes: tuple[str, ...]) -> SourceState:
        """Give how it is, with what is wrong between it and other sources."""
        return SourceState(
            origin=origin,
            is_current=self.is_current,
            problems=told((*self.listing.problems, *clashes)),
            device_count=len(self.listing.found),
            last_success_unix_seconds=self.last_success_unix_seconds,
            failure_count=self.failure_count,
        )
