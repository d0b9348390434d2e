"""In: an address, what to be there. Out: a good or faulty board; its true story."""

import asyncio
import json
import socket
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from attrs import define, field

from collector.fake_device import FakeDevice, Script

PORT = 8080
# More than a backlog of none holds.
IN_THE_QUEUE = 3
# From then on, by the calendar, a board has this temperature; None: none that it tells.
Truth = tuple[float, float | None]


@define
class Board:
    """A board that can be broken in many ways; no two tell the same temperature.

    Each thing that begins gives it the next temperature of its own.
    """

    number: int
    address: str
    truth: list[Truth] = field(factory=list)
    _fake: FakeDevice = field(factory=FakeDevice)
    _is_hasty: bool = False
    _server: asyncio.Server | None = None
    _at_the_door: list[socket.socket] = field(factory=list)
    _served: set[asyncio.Task[None]] = field(factory=set)

    @property
    def url(self) -> str:
        return f"http://{self.address}:{PORT}"

    async def be_good(self) -> None:
        """Open, and answer with a new temperature from now on."""
        self._close()
        self.answer_truly()
        self._server = await asyncio.start_server(self._accept, self.address, PORT)

    def answer_truly(self, board_id: str = "first", before: bytes = b"") -> None:
        """Answer with a new temperature, after those bytes."""
        self._follow(before, self._new_temperature(), board_id)

    def follow(self, script: Script) -> None:
        """Answer by the script, from which no temperature may be learnt."""
        self.truth.append((time.time(), None))
        self._fake.follow(script)

    def refuse(self) -> None:
        """Keep the address, and listen no more."""
        self._close()
        self._hold()
        self.truth.append((time.time(), None))

    def fill(self) -> None:
        """Keep the address, and let no more connections in."""
        self._close()
        self._hold().listen(0)
        for _ in range(IN_THE_QUEUE):
            queued = socket.socket()
            queued.setblocking(False)
            queued.connect_ex((self.address, PORT))
            self._at_the_door.append(queued)
        self.truth.append((time.time(), None))

    def be_hasty(self) -> None:
        """Answer in plain HTTP before anything is asked."""
        self._is_hasty = True

    def flap(self) -> None:
        """Fail, and answer with a new temperature, in turn."""

        async def script(
            reader: asyncio.StreamReader, writer: asyncio.StreamWriter
        ) -> None:
            if self.truth[-1][1] is None:
                answer = self._fake.answer(body_of(self._new_temperature()))
            else:
                self.truth.append((time.time(), None))
                answer = self._fake.answer(status=500)
            await answer(reader, writer)

        self._fake.follow(script)

    def redirect(self) -> None:
        """Send whoever asks to a good reading of another board."""

        async def script(
            reader: asyncio.StreamReader, writer: asyncio.StreamWriter
        ) -> None:
            elsewhere = self._fake.answer(
                status=302, headers="Location: /elsewhere\r\n"
            )
            asked = self._fake.requests[-1]
            await (elsewhere if asked == "/" else self._fake.answer())(reader, writer)

        self.follow(script)

    def _follow(self, before: bytes, celsius: float, board_id: str) -> None:
        body = body_of(celsius)
        length = b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n" % len(body)
        self._fake.follow(self._fake.send(before + length + body))
        self._fake.info = self._fake.answer(json.dumps({"id": board_id}).encode())

    def _new_temperature(self) -> float:
        celsius = round(5 + self.number / 10 + 10 * (len(self.truth) % 12), 1)
        self.truth.append((time.time(), celsius))
        return celsius

    def _accept(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        if self._is_hasty:
            writer.write(b"HTTP/1.1 400 Bad Request\r\n\r\n")
            writer.close()
            return
        task = asyncio.create_task(self._fake.serve_one(reader, writer))
        self._served.add(task)
        task.add_done_callback(self._served.discard)

    def _hold(self) -> socket.socket:
        held = socket.socket()
        held.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        held.bind((self.address, PORT))
        self._at_the_door.append(held)
        return held

    def _close(self) -> None:
        if self._server:
            self._server.close()
            self._server = None
        while self._at_the_door:
            self._at_the_door.pop().close()

    async def close(self) -> None:
        """Leave nothing open."""
        self._close()
        for task in list(self._served):
            task.cancel()
        await asyncio.gather(*self._served, return_exceptions=True)


@asynccontextmanager
async def good_board(number: int, address: str) -> AsyncIterator[Board]:
    """Give a board that is good until it is told otherwise."""
    board = Board(number, address)
    await board.be_good()
    try:
        yield board
    finally:
        await board.close()


def body_of(celsius: float) -> bytes:
    """Give the body of a board of that temperature."""
    return json.dumps(
        {"tempC": celsius, "tempF": round(celsius * 1.8 + 32, 2)}
    ).encode()
