"""In: who wants to ask a device now. Out: a place, among as many as there may be."""

import asyncio
from collections import deque
from types import TracebackType

# Of all places, devices that gave no answer lately get this part at most: a black hole
# holds one for its whole timeout, and a good answer comes in no time.
DOUBTFUL_PART = 0.75
Waiting = deque[tuple[int, asyncio.Future[None]]]


class Admission:
    """Bounds the requests of the process; of those who may, the first in line is next.

    Two semaphores would do, were it not that the doubtful then wait in two lines.
    """

    def __init__(self, places: int) -> None:
        # By whether they are doubtful.
        self._free = {False: places, True: max(1, int(places * DOUBTFUL_PART))}
        self._lines: dict[bool, Waiting] = {False: deque(), True: deque()}
        self._arrivals = 0

    def place(self, doubtful: bool = False) -> "Place":
        """Give a place, to be entered when it is free and left at the end."""
        return Place(self, doubtful)

    async def enter(self, doubtful: bool) -> None:
        """Wait for a place and take it."""
        if self._free[False] > 0 and (not doubtful or self._free[True] > 0):
            self._take(doubtful)
            return
        self._arrivals += 1
        admitted = asyncio.get_running_loop().create_future()
        self._lines[doubtful].append((self._arrivals, admitted))
        try:
            await admitted
        except asyncio.CancelledError:
            if admitted.done() and not admitted.cancelled():
                self.leave(doubtful)
            raise

    def leave(self, doubtful: bool) -> None:
        """Give a place back."""
        self._free[False] += 1
        self._free[True] += doubtful
        while self._free[False] > 0 and (line := self._next_line()):
            _, admitted = line.popleft()
            if not admitted.done():
                self._take(line is self._lines[True])
                admitted.set_result(None)

    def _take(self, doubtful: bool) -> None:
        self._free[False] -= 1
        self._free[True] -= doubtful

    def _next_line(self) -> Waiting | None:
        lines = [line for line in self._lines.values() if line]
        if self._free[True] <= 0:
            lines = [line for line in lines if line is not self._lines[True]]
        return min(lines, key=lambda line: line[0][0], default=None)


class Place:
    """One request's place, for an `async with`."""

    __slots__ = ("_admission", "_doubtful")

    def __init__(self, admission: Admission, doubtful: bool) -> None:
        self._admission = admission
        self._doubtful = doubtful

    async def __aenter__(self) -> None:
        await self._admission.enter(self._doubtful)

    async def __aexit__(
        self,
        _type: type[BaseException] | None,
        _error: BaseException | None,
        _traceback: TracebackType | None,
    ) -> None:
        self._admission.leave(self._doubtful)
