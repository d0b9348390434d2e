"""In: a story with clients. Out: a gate on a fake chip to which it happens, at once."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

from picotemp.answer import Answerer
from picotemp.log import Log
from picotemp.server import Gate

from .fake_chip import FakeChip
from .fake_sockets import FakeClient
from .virtual_time import in_virtual_time, now_ms

GET = b"GET / HTTP/1.1\r\n\r\n"
OK = b"HTTP/1.0 200 OK\r\n\r\n"
LIFE_MS = 3000
# The late are looked for ten times a second.
SWEEP_MS = 100


class FakeAnswerer(Answerer):
    """Answers at once; or when it is told; or not at all."""

    def __init__(self) -> None:
        self.is_broken = False
        # Then it has the answer to GET before it is asked.
        self.is_ready = False
        self.expected = GET
        self.error: Exception = RuntimeError("a very private detail")
        self.may_go = asyncio.Event()
        self.may_go.set()

    def ready(self, head: bytes) -> bytes:
        if not self.is_ready or not head.startswith(b"GET / HTTP/1.1"):
            return b""
        return self._whole()

    async def answer(self, head: bytes) -> bytes:
        assert head == self.expected
        await self.may_go.wait()
        return self._whole()

    def _whole(self) -> bytes:
        if self.is_broken:
            raise self.error
        return OK


class House:
    """A gate that is open, and its clients."""

    def __init__(self) -> None:
        self.chip = FakeChip()
        self.answerer = FakeAnswerer()
        self.noted: list[int] = []
        self.gate = Gate(self.chip, 80, self.answerer, self._note, Log(self.chip))

    def client(self, *sent: bytes) -> FakeClient:
        return FakeClient(self.chip.listener, *sent)

    @asynccontextmanager
    async def opened(self) -> AsyncIterator[None]:
        work = asyncio.create_task(self.gate.run())
        yield
        work.cancel()
        await asyncio.gather(work, return_exceptions=True)
        assert self.chip.listener.is_closed

    def _note(self) -> None:
        self.noted.append(now_ms())


Story = Callable[[House], Awaitable[None]]


def tell(story: Story) -> House:
    """Let a story happen at an open gate, and see that it is left as it was."""

    async def life() -> House:
        house = House()
        async with house.opened():
            await story(house)
            await asyncio.sleep(10)
            last = house.client(GET)
            house.answerer.is_broken = False
            assert await last.end() == OK
        assert house.gate.in_service == 0
        return house

    return in_virtual_time(life())
