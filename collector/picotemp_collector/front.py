"""In: what a client sends. Out: the ready answer to a usual question, else aiohttp's.

Who asks what is usual, as scrapers do again and again, is answered here, without a
request, a task, a response. With the first other word a client is aiohttp's for good.
"""

import asyncio
from collections.abc import Callable, Sequence
from typing import Protocol, TypeAlias, cast

# Gives the answer to exactly these bytes, in parts, if it is ready.
AnswerAtOnce: TypeAlias = Callable[[bytes], Sequence[bytes] | None]


def answers_nothing(_asked: bytes) -> None:
    """Have everything answered by aiohttp."""
    return


class Seats(Protocol):
    """What a front tells of its client."""

    def come(self, front: "Front", transport: asyncio.Transport) -> None:
        """Hear that a client has come."""

    def answered(self, transport: asyncio.Transport) -> None:
        """Hear that a client has been answered."""

    def leave(self, front: "Front", transport: asyncio.Transport) -> None:
        """Hear that a client is gone."""

    def successor(self, front: "Front") -> asyncio.Protocol | None:
        """Give what takes this client over; None if nobody does any more."""


class Front(asyncio.Protocol):
    """One client, until it says something unusual."""

    _transport: asyncio.Transport

    def __init__(self, answer: AnswerAtOnce, seats: Seats) -> None:
        self._answer = answer
        self._seats = seats
        self._is_reading_answers = True

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Begin."""
        # uvloop's are no subclass.
        self._transport = cast(asyncio.Transport, transport)
        self._seats.come(self, self._transport)

    def data_received(self, data: bytes) -> None:
        """Answer, or hand the client over."""
        answer = self._answered_at_once(data)
        if answer is None:
            self.hand_over(data)
            return
        self._seats.answered(self._transport)
        self._transport.writelines(answer)

    def pause_writing(self) -> None:
        """Hear that the client reads too slowly."""
        self._is_reading_answers = False

    def resume_writing(self) -> None:
        """Hear that the client has caught up."""
        self._is_reading_answers = True

    def connection_lost(self, _error: Exception | None) -> None:
        """End."""
        self._seats.leave(self, self._transport)

    def hand_over(self, data: bytes = b"") -> None:
        """Have somebody else go on with this client, who has just said this."""
        successor = self._seats.successor(self)
        if successor is None:
            self._transport.abort()
            return
        self._transport.set_protocol(successor)
        successor.connection_made(self._transport)
        if not self._is_reading_answers:
            successor.pause_writing()
        if data:
            successor.data_received(data)

    def _answered_at_once(self, data: bytes) -> Sequence[bytes] | None:
        if not self._is_reading_answers:  # it is not given more and more
            return None
        try:
            return self._answer(data)
        except Exception:  # noqa: BLE001 the other way has the same bug, and tells of it
            return None
