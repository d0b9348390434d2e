"""In: an answer in pieces, and how it ends. Out: what aiohttp's client makes of it.

Nothing goes through a socket: each piece is delivered when the one before is digested.
"""

import asyncio
from collections.abc import Callable, Coroutine, Sequence
from typing import Any

import aiohttp

from picotemp_collector.devices.answer import Answer, reading_of
from picotemp_collector.devices.failure import DeadlineError
from picotemp_collector.devices.session_client import SessionClient, open_session
from picotemp_collector.devices.target import target_of
from picotemp_collector.errors import PollError

ENDS = ("closes", "resets", "waits")
# So many turns of the loop are enough for a client to digest a piece.
TURNS = 12
Outcome = object


def outcome_of(give: Callable[[], Answer]) -> Outcome:
    """Give the reading, or the reason and the words for none."""
    try:
        return reading_of(give())
    except PollError as error:
        return error.failure


async def ask_oracle(pieces: Sequence[bytes], end: str) -> Outcome:
    """Let the session get such an answer; "waits" if it would wait for more."""
    connector = _Connector(pieces, end)
    async with open_session(connector) as session:
        client = SessionClient(session, lambda _host: False)
        target = target_of("http://127.0.0.1/")
        asked = asyncio.create_task(
            _caught(client.get(target, target.reading, _in_an_hour()))
        )
        told_before = False
        while not (told_before and connector.is_told):
            told_before = connector.is_told
            # Longer than it takes to come back on a second connection.
            await _turns(2 * TURNS)
        asked.cancel()
        await asyncio.wait({asked})
        connector.feeding.cancel()
        return "waits" if asked.cancelled() else asked.result()


async def _caught(getting: Coroutine[Any, Any, Answer]) -> Outcome:
    try:
        answer = await getting
    except PollError as error:
        return error.failure
    except DeadlineError:
        return "waits"
    return outcome_of(lambda: answer)


class _Transport(asyncio.Transport):
    def __init__(self) -> None:
        super().__init__()
        self.is_closed = False
        self.is_paused = False

    def write(self, data: object) -> None:
        pass

    def close(self) -> None:
        self.is_closed = True

    def abort(self) -> None:
        self.is_closed = True

    def is_closing(self) -> bool:
        return self.is_closed

    def pause_reading(self) -> None:
        self.is_paused = True

    def resume_reading(self) -> None:
        self.is_paused = False


class _Connector(aiohttp.BaseConnector):
    """Connects to nobody, and tells what a test wants told."""

    feeding: asyncio.Task[None]

    def __init__(self, pieces: Sequence[bytes], end: str) -> None:
        super().__init__(force_close=True)
        self._pieces = pieces
        self._end = end
        self.is_told = False

    async def _create_connection(self, *_: object) -> Any:
        # Of a connection that ends without a word it makes another, once.
        self.is_told = False
        protocol = self._factory()
        transport = _Transport()
        protocol.connection_made(transport)
        self.feeding = asyncio.create_task(self._feed(protocol, transport))
        return protocol

    async def _feed(self, protocol: asyncio.Protocol, transport: _Transport) -> None:
        for piece in self._pieces:
            await _turns(TURNS)
            if transport.is_closed:
                break
            if piece:
                protocol.data_received(piece)
        await _turns(TURNS)
        if self._end == "closes":
            protocol.eof_received()
            protocol.connection_lost(None)
        elif self._end == "resets":
            protocol.connection_lost(ConnectionResetError(104, "reset"))
        elif transport.is_closed:
            protocol.connection_lost(None)
        self.is_told = True


def _in_an_hour() -> float:
    return asyncio.get_running_loop().time() + 3600


async def _turns(count: int) -> None:
    for _ in range(count):
        await asyncio.sleep(0)
