"""In: until when what is known of each device holds. Out: those that no longer do."""

import math


class Deadlines:
    """A time for each name, in seconds of one clock."""

    def __init__(self) -> None:
        self._seconds: dict[str, float] = {}
        # No deadline is earlier; to find the very earliest takes a look at all.
        self._none_before_seconds = math.inf

    def set(self, name: str, at_seconds: float) -> None:
        """Replace the deadline of a name; infinity for never."""
        self._seconds[name] = at_seconds
        self._none_before_seconds = min(self._none_before_seconds, at_seconds)

    def remove(self, name: str) -> None:
        """Forget a name."""
        del self._seconds[name]

    def may_have_passed(self, now_seconds: float) -> bool:
        """Whether a deadline may lie before now; False is certain."""
        return now_seconds > self._none_before_seconds

    def passed(self, now_seconds: float) -> list[str]:
        """Give the names whose deadline lies before now."""
        if not self.may_have_passed(now_seconds):
            return []
        passed = [name for name, at in self._seconds.items() if now_seconds > at]
        self._none_before_seconds = min(self._seconds.values(), default=math.inf)
        return passed
