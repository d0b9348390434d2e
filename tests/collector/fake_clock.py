"""In: how far a test moves it. Out: a clock that stands still between."""

from attrs import define

from picotemp_collector.readings.clock import Clock


@define
class FakeClock:
    """A clock that stands still until it is moved."""

    now_seconds: float = 1000.0
    unix_seconds: float = 1_700_000_000.0

    def advance(self, seconds: float) -> None:
        self.now_seconds += seconds
        self.unix_seconds += seconds

    @property
    def clock(self) -> Clock:
        return Clock(lambda: self.now_seconds, lambda: self.unix_seconds)
