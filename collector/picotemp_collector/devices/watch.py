"""In: sockets. Out: a call for each that is ready.

One epoll of our own, of which the loop sees a single file: so a socket costs the loop
nothing, on any loop. Linux alone has it.
"""

import asyncio
import select
from collections.abc import Callable, Iterator
from contextlib import contextmanager

CAN_WATCH = hasattr(select, "epoll")
# The others are still ready at the loop's next turn.
MOST_AT_ONCE = 256


class Watch:
    """Calls whoever waits for a socket, again and again while it is ready."""

    def __init__(self) -> None:
        self._epoll = select.epoll()
        self._calls: dict[int, Callable[[], None]] = {}

    def __len__(self) -> int:
        return len(self._calls)

    def fileno(self) -> int:
        """Give the file that is readable while any socket is ready."""
        return self._epoll.fileno()

    def for_writing(self, fd: int, call: Callable[[], None]) -> None:
        """From now on, call when the socket can be written, or has failed."""
        self._wait(fd, select.EPOLLOUT, call)

    def for_reading(self, fd: int, call: Callable[[], None]) -> None:
        """From now on, call when the socket can be read, or has failed."""
        self._wait(fd, select.EPOLLIN, call)

    def forget(self, fd: int) -> None:
        """End; to be done before the socket is closed and its number another's."""
        if self._calls.pop(fd, None) is not None:
            self._epoll.unregister(fd)

    def call_the_ready(self) -> None:
        """Call for every socket that is ready."""
        for fd, _events in self._epoll.poll(0, MOST_AT_ONCE):
            call = self._calls.get(fd)
            if call is not None:
                call()

    def close(self) -> None:
        """Give the file back."""
        self._epoll.close()

    def _wait(self, fd: int, events: int, call: Callable[[], None]) -> None:
        if fd in self._calls:
            self._epoll.modify(fd, events)
        else:
            self._epoll.register(fd, events)
        self._calls[fd] = call


@contextmanager
def watching() -> Iterator[Watch]:
    """Give a watch that the running loop heeds until the end of the block."""
    loop, watch = asyncio.get_running_loop(), Watch()
    loop.add_reader(watch.fileno(), watch.call_the_ready)
    try:
        yield watch
    finally:
        loop.remove_reader(watch.fileno())
        watch.close()
