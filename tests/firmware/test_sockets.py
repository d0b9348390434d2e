"""In: real sockets under MicroPython. Out: what chip.py asks of them, byte for byte."""

import json
import socket
from collections.abc import Callable
from functools import partial

import pytest

from .conftest import Micropython

BEGIN = """
import asyncio, json
from picotemp.sockets import BoardListener

def open_sockets():
    return len(asyncio.core._io_queue.map)

async def receive_some(connection, most_bytes):
    while (chunk := connection.take(most_bytes)) is None:
        await connection.readable()
    return chunk

async def send_all(connection, answer):
    sent = connection.put(answer)
    while sent < len(answer):
        await connection.writable()
        sent += connection.put(memoryview(answer)[sent:])

async def connect():
    return await asyncio.open_connection("127.0.0.1", PORT)

async def main():
    listener = BoardListener(PORT, 5)
%s
    listener.close()

asyncio.run(main())
"""

Story = Callable[[str], object]


@pytest.fixture
def tell(micropython: Micropython) -> Story:
    """Give a function that runs a story with a listener, gives what it prints."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    return partial(_told, micropython, port)


def _told(micropython: Micropython, port: int, story: str) -> object:
    lines = "\n".join("    " + line for line in story.strip().splitlines())
    return json.loads(micropython(f"PORT = {port}\n" + BEGIN % lines))


def test_bytes_are_received_as_they_come(tell: Story) -> None:
    told = tell("""
reader, writer = await connect()
connection = await listener.accept()
got = []
async def receive():
    while True:
        got.append(await receive_some(connection, 4))
        if not got[-1]:
            return
receiving = asyncio.create_task(receive())
for piece in (b"one", b"twothree"):
    writer.write(piece)
    await writer.drain()
    await asyncio.sleep(0.05)
await writer.wait_closed()
await receiving
print(json.dumps([piece.decode() for piece in got]))
""")
    assert told == ["one", "twot", "hree", ""]


def test_an_answer_that_does_not_fit_is_sent_to_its_end(tell: Story) -> None:
    told = tell("""
size = 8_000_000 // 40
reader, writer = await connect()
connection = await listener.accept()
pattern = bytes(range(250)) * (size // 250)
async def send():
    for _ in range(40):
        await send_all(connection, pattern)
    connection.close()
sending = asyncio.create_task(send())
await asyncio.sleep(0.1)
was_done = sending.done()
got = 0
while True:
    piece = await reader.read(50_000)
    if not piece:
        break
    at = got % 250
    assert piece == (pattern + pattern)[at : at + len(piece)]
    got += len(piece)
print(json.dumps([was_done, got]))
""")
    assert told == [False, 8_000_000]


def test_t17_close_closes_at_once_though_the_object_lives(tell: Story) -> None:
    told = tell("""
reader, writer = await connect()
connection = await listener.accept()
await send_all(connection, b"whole")
connection.close()
connection.close()
print(json.dumps((await asyncio.wait_for(reader.read(), 2)).decode()))
""")
    assert told == "whole"


def test_t1_who_is_cut_while_waiting_leaves_nothing_registered(tell: Story) -> None:
    told = tell("""
reader, writer = await connect()
connection = await listener.accept()
waiting = asyncio.create_task(receive_some(connection, 9))
await asyncio.sleep(0.02)
counts = [open_sockets()]
waiting.cancel()
try:
    await waiting
except asyncio.CancelledError:
    counts.append(open_sockets())
connection.close()
print(json.dumps(counts))
""")
    assert told == [1, 0]


def test_t10_a_listener_says_whether_it_is_waited_on(tell: Story) -> None:
    told = tell("""
said = [listener.is_waited_on()]
accepting = asyncio.create_task(listener.accept())
await asyncio.sleep(0.02)
said.append(listener.is_waited_on())
accepting.cancel()
said.append(listener.is_waited_on())
print(json.dumps(said))
""")
    assert told == [False, True, False]


FAILING = """
class Failing:
    tries = 0
    def accept(self):
        self.tries += 1
        if self.tries <= FAILURES:
            raise OSError(103)
        return self, ("10.0.0.9", 50000)
    def setblocking(self, value): pass
    def __getattr__(self, name): return getattr(real, name)

import picotemp.sockets
picotemp.sockets.ACCEPT_PAUSE_SECONDS = 0
real, listener._listening = listener._listening, Failing()

queue = asyncio.core._io_queue

class Ready:
    def queue_read(self, _): asyncio.core._task_queue.push(asyncio.core.cur_task)
    def __getattr__(self, name): return getattr(queue, name)

asyncio.core._io_queue = Ready()
try:
    accepted = type(await listener.accept()).__name__
except OSError as error:
    accepted = error.errno
asyncio.core._io_queue = queue
print(json.dumps([accepted, listener._listening.tries]))
"""


def test_a_connection_that_is_lost_before_it_is_accepted_costs_no_other(
    tell: Story,
) -> None:
    told = tell(FAILING.replace("FAILURES", "2"))
    assert told == ["_BoardConnection", 3]


def test_t10_a_listener_that_only_fails_is_given_up(tell: Story) -> None:
    told = tell(FAILING.replace("FAILURES", "99"))
    assert told == [103, 20]


def test_t11_a_port_that_is_taken_is_an_error_and_free_again_after_close(
    tell: Story,
) -> None:
    told = tell("""
try:
    BoardListener(PORT, 5)
except OSError as error:
    first = error.errno
listener.close()
BoardListener(PORT, 5).close()
print(json.dumps(first))
""")
    assert told == 98
