"""In: an address and a request. Out: the answer, on a connection of its own.

A plain socket and a call when it is ready: no transport, no protocol, no stream.
"""

import asyncio
import errno
import os
import socket
from collections.abc import Callable
from typing import TypeAlias

from picotemp_collector.devices.answer import Answer
from picotemp_collector.devices.endpoint import Endpoint
from picotemp_collector.devices.failure import DeadlineError
from picotemp_collector.devices.response import Response
from picotemp_collector.devices.watch import Watch

READ_BYTES = 8192
UNDER_WAY = (0, errno.EINPROGRESS, errno.EINTR)
NewSocket: TypeAlias = Callable[[socket.AddressFamily], socket.socket]


def tcp_socket(family: socket.AddressFamily) -> socket.socket:
    """Give a new socket that never blocks."""
    return socket.socket(family, socket.SOCK_STREAM | socket.SOCK_NONBLOCK)


async def exchange(
    watch: Watch,
    endpoint: Endpoint,
    request: bytes,
    response: Response,
    deadline_seconds: float,
    new_socket: NewSocket = tcp_socket,
) -> Answer:
    """Send the request and give the answer.

    Raises DeadlineError, OSError, and what the response raises.
    """
    loop = asyncio.get_running_loop()
    with new_socket(endpoint.family) as sock:
        _check(sock.connect_ex(endpoint.address))
        # First of all: the device works while we prepare for its answer.
        unsent = _send_at_once(sock, request)
        conversation = _Conversation(loop, watch, sock, unsent, response)
        timer = loop.call_at(deadline_seconds, conversation.expire)
        try:
            conversation.begin()
            return await conversation.answered
        finally:
            timer.cancel()
            conversation.end()


def _send_at_once(sock: socket.socket, request: bytes) -> bytes:
    # To this machine's own addresses the connection stands at once.
    try:
        return request[sock.send(request) :]
    except (BlockingIOError, ConnectionResetError, BrokenPipeError):
        return request


class _Conversation:
    """What is left of the request goes out, then the answer comes in."""

    def __init__(
        self,
        loop: asyncio.AbstractEventLoop,
        watch: Watch,
        sock: socket.socket,
        unsent: bytes,
        response: Response,
    ) -> None:
        self.answered: asyncio.Future[Answer] = loop.create_future()
        self._watch = watch
        self._sock = sock
        self._fd = sock.fileno()
        self._unsent = unsent
        self._response = response

    def begin(self) -> None:
        """Go on once the connection stands, or has failed."""
        if self._unsent:
            self._watch.for_writing(self._fd, self._go_on)
        else:
            self._watch.for_reading(self._fd, self._go_on)

    def expire(self) -> None:
        """Give up: the time is up."""
        self._fail(DeadlineError(is_looking_up=False))

    def end(self) -> None:
        """Let nobody watch the socket any more."""
        self._watch.forget(self._fd)

    def _go_on(self) -> None:
        if self.answered.done():
            return
        try:
            if self._unsent:
                self._send()
            else:
                self._receive()
        except BlockingIOError:
            return
        except Exception as error:  # noqa: BLE001 whoever asked gets it
            self._fail(error)

    def _send(self) -> None:
        try:
            _check(self._sock.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR))
            sent_bytes = self._sock.send(self._unsent)
        except (ConnectionResetError, BrokenPipeError):
            # A board with no place left may have answered and closed already.
            self._receive()
            return
        self._unsent = self._unsent[sent_bytes:]
        if not self._unsent:
            self._watch.for_reading(self._fd, self._go_on)

    def _receive(self) -> None:
        answer = self._read()
        if answer is not None:
            self.answered.set_result(answer)

    def _read(self) -> Answer | None:
        try:
            data = self._sock.recv(READ_BYTES)
        except ConnectionResetError:
            if not self._response.ends_with_the_connection:
                raise
            # So close servers that have not read the whole request.
            data = b""
        return self._response.take(data) if data else self._response.end()

    def _fail(self, error: Exception) -> None:
        if not self.answered.done():
            self.answered.set_exception(error)


def _check(number: int) -> None:
    if number not in UNDER_WAY:
        raise OSError(number, os.strerror(number))
