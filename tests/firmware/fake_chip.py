"""In: what a test wants a chip to do. Out: a Chip without hardware, all calls noted."""

import asyncio
from collections.abc import Callable
from typing import cast

from picotemp.chip import Chip, Connection, Listener

from .virtual_time import now_ms

# 27.04 °C by the data sheet's formula.
CODE_OF_27_CELSIUS = 876
UP = 3


def to_counts(code: int) -> int:
    """Stretch 12 bits to 16 as the chip does."""
    return code << 4 | code >> 8


class FakeChip(Chip):
    """A chip whose ADC, link and network are functions a test replaces."""

    def __init__(self) -> None:
        self.later_ms = 0
        self.code = CODE_OF_27_CELSIUS
        # Takes the number of the sample, gives the counts or raises.
        self.adc: Callable[[int], int] = lambda _: to_counts(self.code)
        self.samples = 0
        # Takes the milliseconds since the last join, gives the driver's status.
        self.status: Callable[[int], int] = lambda _: UP
        self.jitter_now = 1.0
        self.calls: list[tuple[int, str, tuple[str, ...]]] = []
        self.led_changes: list[tuple[int, bool]] = []
        self.tracebacks: list[BaseException] = []
        self.listener = FakeListener()
        self._joined_at_ms = 0

    def id(self) -> str:
        return "e661640843259f2d"

    def micropython(self) -> str:
        return "1.29.0"

    def reset_cause(self) -> str:
        return "power_on"

    def uptime_ms(self) -> int:
        return now_ms() + self.later_ms

    def heap_free_bytes(self) -> int:
        return 150_000

    def print_exception(self, error: BaseException) -> None:
        self.tracebacks.append(error)

    def adc_counts(self) -> int:
        self.samples += 1
        return self.adc(self.samples - 1)

    def led(self, is_on: bool) -> None:
        self.led_changes.append((now_ms(), is_on))

    def radio_on(self, country: str, hostname: str) -> None:
        self._note("radio_on", country, hostname)

    def join(self, ssid: str, password: str) -> None:
        self._joined_at_ms = now_ms()
        self._note("join", ssid, password)

    def leave(self) -> None:
        self._note("leave")

    def link_status(self) -> int:
        return self.status(now_ms() - self._joined_at_ms)

    def address(self) -> str:
        return "10.0.0.7"

    def rssi_dbm(self) -> int:
        return -52

    def jitter(self) -> float:
        return self.jitter_now

    def listen(self, port: int, backlog: int) -> Listener:
        self._note("listen", str(port), str(backlog))
        return self.listener

    def times_of(self, name: str) -> list[int]:
        """Give when a method was called, in ms."""
        return [ms for ms, call, _ in self.calls if call == name]

    def _note(self, name: str, *arguments: str) -> None:
        self.calls.append((now_ms(), name, arguments))


class FakeListener(Listener):
    """Clients in memory; a client that nobody accepts waits, as on the network."""

    def __init__(self) -> None:
        self.waiting: asyncio.Queue[FakeClient] = asyncio.Queue()
        self.accepted: list[FakeClient] = []
        self.is_closed = False

    async def accept(self) -> Connection:
        client = await self.waiting.get()
        client.accepted_ms = now_ms()
        self.accepted.append(client)
        return Connection(client.reader, cast("asyncio.StreamWriter", client))

    def close(self) -> None:
        self.is_closed = True


class FakeClient:
    """One client, and the writer through which the firmware answers it."""

    def __init__(self, listener: FakeListener, *sent: bytes) -> None:
        self.reader = asyncio.StreamReader()
        self.received = b""
        self.accepted_ms: int | None = None
        self.closed_ms: int | None = None
        # Clear it, and the client takes no bytes.
        self.can_hear = asyncio.Event()
        self.can_hear.set()
        # Clear it, and the chip holds the connection after close().
        self.is_let_go = asyncio.Event()
        self.is_let_go.set()
        self._is_closed = asyncio.Event()
        for piece in sent:
            self.send(piece)
        listener.waiting.put_nowait(self)

    def send(self, piece: bytes) -> None:
        """Send bytes to the board."""
        self.reader.feed_data(piece)

    def go_away(self) -> None:
        """Reset the connection."""
        self.reader.set_exception(ConnectionResetError("reset by peer"))

    async def end(self) -> bytes:
        """Wait until the board has closed; give all it sent."""
        await self._is_closed.wait()
        return self.received

    def write(self, answer: bytes) -> None:
        self.received += answer

    async def drain(self) -> None:
        await self.can_hear.wait()

    def close(self) -> None:
        pass

    async def wait_closed(self) -> None:
        await self.is_let_go.wait()
        self.closed_ms = now_ms()
        self._is_closed.set()
