"""In: the interpreter's sockets. Out: the same, and what they cost, printed.

One of three looks, each told when a connection is accepted: `calls` (of sockets and
of the loop's poller so far), `allocated` (bytes so far; nothing is collected then),
or a number of connections: so seldom it collects and tells `free`.
"""

import asyncio
import gc
import io

_GET_FILENO = 10


class Counter:
    """How often something was asked."""

    def __init__(self) -> None:
        self.calls = 0


def listening(look: str, real: object) -> object:
    """Give a listening socket that tells the look."""
    if look == "calls":
        counter = Counter()
        queue = asyncio.core._io_queue  # type: ignore[attr-defined]  # noqa: SLF001
        queue.poller = _Poller(queue.poller, counter)
        return _Counted(real, counter)
    if look == "allocated":
        gc.disable()
        return _Allocating(real)
    return _Collecting(real, int(look))


class _Socket(io.IOBase):
    def __init__(self, real) -> None:  # type: ignore[no-untyped-def]
        self._real = real

    def ioctl(self, request: int, argument: int) -> int:
        """Let select.poll() ask the kernel."""
        return int(self._real.fileno()) if request == _GET_FILENO else 0

    def __getattr__(self, name: str) -> object:
        return getattr(self._real, name)

    def close(self) -> None:
        """Close it."""
        self._real.close()


class _Counted(_Socket):
    def __init__(self, real: object, counter: Counter) -> None:
        super().__init__(real)
        self._counter = counter

    def accept(self) -> object:
        print("spy calls=%d" % self._counter.calls)
        self._counter.calls += 1
        accepted, address = self._real.accept()
        return _Counted(accepted, self._counter), address

    def __getattr__(self, name: str) -> object:
        self._counter.calls += 1
        return getattr(self._real, name)

    def close(self) -> None:
        self._counter.calls += 1
        self._real.close()


class _Poller:
    def __init__(self, real: object, counter: Counter) -> None:
        self._real = real
        self._counter = counter

    def __getattr__(self, name: str) -> object:
        self._counter.calls += 1
        return getattr(self._real, name)


class _Allocating(_Socket):
    def __init__(self, real: object) -> None:
        super().__init__(real)
        self._own_bytes = 0

    def accept(self) -> object:
        allocated = gc.mem_alloc()  # type: ignore[attr-defined]
        print("spy allocated=%d" % (allocated - self._own_bytes))
        self._own_bytes += gc.mem_alloc() - allocated  # type: ignore[attr-defined]
        return self._real.accept()


class _Collecting(_Socket):
    def __init__(self, real: object, every: int) -> None:
        super().__init__(real)
        self._every = every
        self._connections = 0

    def accept(self) -> object:
        self._connections += 1
        if self._connections % self._every == 0:
            gc.collect()
            print("spy free=%d" % gc.mem_free())  # type: ignore[attr-defined]
        return self._real.accept()
