"""In: what came of every request. Out: the last of each board, its failures for longer.

Kept small, as there may be thousands of boards: readings as packed numbers, a failure
that comes again and again once.
"""

from collections.abc import Iterator, Sequence
from heapq import merge
from struct import Struct

from attrs import define, frozen

from picotemp.payload import Reading
from picotemp_collector.errors import Failure
from picotemp_collector.readings.clock import Clock

# Of each: what came last, and the failures, of which others may push out none.
MOST_RESULTS = 10
# Boards that nobody configured, but somebody asked: the last of them.
MOST_STRANGERS = 256
# When by both clocks, how long it took; and of a reading its degrees Celsius.
FAILED = Struct("3d")
GOOD = Struct("4d")


@frozen
class Result:
    """What came of one request: degrees Celsius, or a failure."""

    outcome: float | Failure
    age_seconds: float
    unix_seconds: float
    duration_seconds: float


@frozen
class Past:
    """What a board did, newest first."""

    results: Sequence[Result] = ()
    failures: Sequence[Result] = ()


@define
class _Kept:
    """Newest first; `why` has an entry for each of the failures."""

    readings: bytes = b""
    failures: bytes = b""
    why: tuple[Failure, ...] = ()


class History:
    """The past of boards, by their URL: of those that stay, and of some strangers."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._residents: dict[str, _Kept] = {}
        # The least lately asked first.
        self._strangers: dict[str, _Kept] = {}

    def admit(self, url: str) -> None:
        """Keep the past of a board until it is forgotten."""
        if url not in self._residents:
            self._residents[url] = self._strangers.pop(url, _Kept())

    def forget(self, url: str) -> None:
        """Keep nothing of a board."""
        self._residents.pop(url, None)
        self._strangers.pop(url, None)

    def record(
        self, url: str, outcome: Reading | Failure, duration_seconds: float
    ) -> None:
        """Keep what came of a request that has just ended."""
        kept = self._residents.get(url) or self._stranger(url)
        clock = self._clock
        when = (clock.monotonic_seconds(), clock.unix_seconds(), duration_seconds)
        if isinstance(outcome, Failure):
            why = next((each for each in kept.why if each == outcome), outcome)
            kept.why = (why, *kept.why)[:MOST_RESULTS]
            newest = FAILED.pack(*when) + kept.failures
            kept.failures = newest[: MOST_RESULTS * FAILED.size]
        else:
            newest = GOOD.pack(*when, outcome.celsius) + kept.readings
            kept.readings = newest[: MOST_RESULTS * GOOD.size]

    def past(self, url: str) -> Past:
        """Give what is known of a board's past."""
        kept = self._residents.get(url) or self._strangers.get(url) or _Kept()
        failures = tuple(self._failures(kept))
        both = merge(failures, self._readings(kept), key=lambda each: each.age_seconds)
        return Past(tuple(both)[:MOST_RESULTS], failures)

    def _stranger(self, url: str) -> _Kept:
        kept = self._strangers[url] = self._strangers.pop(url, _Kept())
        if len(self._strangers) > MOST_STRANGERS:
            del self._strangers[next(iter(self._strangers))]
        return kept

    def _failures(self, kept: _Kept) -> Iterator[Result]:
        now_seconds = self._clock.monotonic_seconds()
        numbers = FAILED.iter_unpack(kept.failures)
        for why, (at_seconds, unix_seconds, took) in zip(
            kept.why, numbers, strict=True
        ):
            yield Result(why, now_seconds - at_seconds, unix_seconds, took)

    def _readings(self, kept: _Kept) -> Iterator[Result]:
        now_seconds = self._clock.monotonic_seconds()
        for at_seconds, unix_seconds, took, celsius in GOOD.iter_unpack(kept.readings):
            yield Result(celsius, now_seconds - at_seconds, unix_seconds, took)
