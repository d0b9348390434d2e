"""In: what each device answered. Out: the answer again, for as long as it is new."""

from collections import OrderedDict
from collections.abc import Callable
from itertools import islice
from typing import Generic, TypeVar

from attrs import frozen

# With an age that is long and devices that are many.
MOST_KEPT = 20_000
Answer = TypeVar("Answer")


@frozen
class Aged(Generic[Answer]):
    """An answer, and how long ago it was given."""

    answer: Answer
    age_seconds: float


@frozen
class _Kept(Generic[Answer]):
    answer: Answer
    given_seconds: float


class Lately(Generic[Answer]):
    """The last answer of every URL that gave one lately.

    By a clock that goes on in suspend, which a loop's does not: what was new before
    a laptop slept is old when it wakes.
    """

    def __init__(
        self, max_age_seconds: float, now_seconds: Callable[[], float]
    ) -> None:
        self._max_age_seconds = max_age_seconds
        self._now_seconds = now_seconds
        # The oldest first; a plain dict is slow to give its first when many have gone.
        self._kept: OrderedDict[str, _Kept[Answer]] = OrderedDict()

    def __len__(self) -> int:
        return len(self._kept)

    def turn_to(self, max_age_seconds: float) -> None:
        """Call an answer new for so long from now on."""
        self._max_age_seconds = max_age_seconds

    def keep(self, url: str, answer: Answer) -> None:
        """Keep what was answered just now, instead of what was before."""
        if not self._max_age_seconds:
            return
        self._kept.pop(url, None)
        self._kept[url] = _Kept(answer, self._now_seconds())
        self._drop_old()

    def get(self, url: str, most_age_seconds: float) -> Aged[Answer] | None:
        """Give an answer that is neither older than this nor than any is kept."""
        kept = self._kept.get(url)
        if kept is None:
            return None
        age_seconds = self._age_seconds(kept)
        if age_seconds > min(most_age_seconds, self._max_age_seconds):
            return None
        return Aged(kept.answer, age_seconds)

    def _drop_old(self) -> None:
        # Two for each that comes, so that they get fewer.
        for url, kept in list(islice(self._kept.items(), 2)):
            is_old = self._age_seconds(kept) > self._max_age_seconds
            if is_old or len(self._kept) > MOST_KEPT:
                del self._kept[url]

    def _age_seconds(self, kept: _Kept[Answer]) -> float:
        return max(0.0, self._now_seconds() - kept.given_seconds)
