"""In: a connection through the air. Out: stalls, resets, delays, as on the chip."""

import asyncio
import errno
import socket
import struct
import time
from collections.abc import AsyncIterator, Callable

import pytest

from picotemp_tools.emulator import Place, relay
from tools.emulator.fake_program import (
    LOOK_SECONDS,
    PEER_BYTES,
    Program,
    ask,
    hang_up,
    running,
)
from tools.emulator.waiting import until

MOST_CONNECTIONS = 5
DELAY_SECONDS = 0.3
MORE_PIECES = 5


@pytest.fixture
async def program(new_place: Callable[[], Place]) -> AsyncIterator[Program]:
    async with running(new_place().address) as program:
        yield program


async def is_stalled(reader: asyncio.StreamReader) -> bool:
    """Tell whether neither bytes nor an end nor a reset come."""
    try:
        async with asyncio.timeout(LOOK_SECONDS):
            await reader.read(1)
    except TimeoutError:
        return True
    return False


def waiting_in(board: socket.socket) -> bytes:
    try:
        return board.recv(100, socket.MSG_PEEK)
    except BlockingIOError:
        return b""


async def test_an_open_connection_stalls_off_the_air_and_then_goes_on(
    program: Program,
) -> None:
    stream = await program.connect()
    assert await ask(stream) == b"hello"
    program.radio.set_on_air(False)
    assert await ask(stream, b"there", LOOK_SECONDS) == b""
    program.radio.set_on_air(True)
    assert await stream[0].readexactly(5) == b"there"
    await hang_up(stream)


async def test_neither_end_nor_reset_comes_through_off_the_air(
    program: Program,
) -> None:
    leaves = asyncio.Event()

    async def leave(_: asyncio.StreamReader, __: asyncio.StreamWriter) -> None:
        await leaves.wait()

    program.serve = leave
    quiet, unread = await program.connect(), await program.connect()
    unread[1].write(b"hello")
    await until(lambda: program.held == 2)
    program.radio.set_on_air(False)
    leaves.set()
    assert await is_stalled(quiet[0])
    assert await is_stalled(unread[0])
    program.radio.set_on_air(True)
    assert await quiet[0].read() == b""
    await hang_up(quiet, unread)


async def test_a_connection_that_ends_off_the_air_keeps_its_slot_till_it_is_clear(
    program: Program,
) -> None:
    stream = await program.connect()
    assert await ask(stream) == b"hello"
    program.radio.set_on_air(False)
    await hang_up(stream)
    await asyncio.sleep(0.1)
    assert (program.radio.connections, program.held) == (1, 1)
    program.radio.set_on_air(True)
    await until(lambda: program.radio.connections == 0)


async def test_what_the_board_says_off_the_air_waits_too(program: Program) -> None:
    speaks = asyncio.Event()

    async def speak(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await speaks.wait()
        writer.write(b"hello")

    program.serve = speak
    reader, writer = await program.connect()
    await until(lambda: program.held == 1)
    program.radio.set_on_air(False)
    speaks.set()
    assert await is_stalled(reader)
    program.radio.set_on_air(True)
    assert await reader.read() == b"hello"
    writer.close()


async def test_a_board_that_closes_with_bytes_unread_resets_the_client(
    program: Program,
) -> None:
    with socket.socket(socket.AF_UNIX) as listening:
        listening.bind(f"{program.path}-raw")
        listening.listen()
        listening.setblocking(False)
        program.radio.set_program(f"{program.path}-raw")
        reader, writer = await program.connect()
        board, _ = await asyncio.get_running_loop().sock_accept(listening)
        with board:
            writer.write(b"hello")
            await until(lambda: waiting_in(board)[PEER_BYTES:] == b"hello")
            board.recv(PEER_BYTES)
    with pytest.raises(ConnectionResetError):
        await reader.read()
    writer.close()


async def test_a_board_that_closes_with_all_read_ends_the_connection(
    program: Program,
) -> None:
    async def answer_once(
        reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        writer.write(await reader.readexactly(5))

    program.serve = answer_once
    reader, writer = await program.connect()
    writer.write(b"hello")
    assert await reader.read() == b"hello"
    writer.close()
    await until(lambda: program.radio.connections == 0)


async def test_an_answer_arrives_whole_though_the_client_talks_on(
    program: Program,
) -> None:
    async def answer_first(
        reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        await reader.readexactly(5)
        writer.write(b"busy" * 1000)
        await writer.drain()

    program.serve = answer_first
    reader, writer = await program.connect()
    writer.write(b"hello")
    assert await reader.readexactly(4000) == b"busy" * 1000
    writer.write(b"and more")
    assert await reader.read() == b""
    writer.close()


async def test_a_client_that_resets_frees_its_slot_though_the_program_hangs(
    program: Program,
) -> None:
    hangs_until = asyncio.Event()

    async def hang(_: asyncio.StreamReader, __: asyncio.StreamWriter) -> None:
        await hangs_until.wait()

    program.serve = hang
    streams = [await program.connect() for _ in range(MOST_CONNECTIONS)]
    await until(lambda: program.held == MOST_CONNECTIONS)
    for _, writer in streams:
        raw = writer.get_extra_info("socket")
        raw.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    await hang_up(*streams)
    await until(lambda: program.radio.connections == 0)
    assert program.held == MOST_CONNECTIONS
    hangs_until.set()


async def test_a_slow_board_answers_late_and_not_later_with_each_piece(
    program: Program,
) -> None:
    program.radio.slow(DELAY_SECONDS)
    reader, writer = await program.connect()
    took_seconds = []
    for _ in range(MORE_PIECES + 1):
        began_seconds = time.monotonic()
        writer.write(b"hello")
        assert await reader.readexactly(5) == b"hello"
        took_seconds.append(time.monotonic() - began_seconds)
    assert took_seconds[0] >= DELAY_SECONDS
    assert sum(took_seconds[1:]) < MORE_PIECES * DELAY_SECONDS
    writer.close()


async def test_after_a_power_cut_old_connections_hang_and_are_reset_by_the_next_boot(
    program: Program,
) -> None:
    stream = await program.connect()
    assert await ask(stream) == b"hello"
    program.radio.lose_power()
    assert await is_stalled(stream[0])
    assert program.radio.connections == 0
    assert await program.is_silent()
    program.radio.set_program(program.path)
    program.radio.set_on_air(True)
    with pytest.raises(ConnectionResetError):
        await stream[0].read()
    await hang_up(stream)


async def test_a_client_waits_while_the_program_is_slow_to_accept(
    program: Program,
) -> None:
    with socket.socket(socket.AF_UNIX) as slow:
        slow.bind(f"{program.path}-slow")
        slow.listen(0)
        program.radio.set_program(f"{program.path}-slow")
        streams = [await program.connect() for _ in range(3)]
        for reader, _ in streams:
            assert await is_stalled(reader)
        program.radio.set_program(program.path)
    await hang_up(*streams)


async def test_a_client_that_never_closes_is_reset_after_the_chips_patience(
    program: Program, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(relay, "LINGER_SECONDS", 0.1)

    async def leave(_: asyncio.StreamReader, __: asyncio.StreamWriter) -> None:
        return

    program.serve = leave
    reader, writer = await program.connect()
    assert await reader.read() == b""
    await until(lambda: program.radio.connections == 0)
    raw = writer.get_extra_info("socket")
    error = raw.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR)
    assert error in (errno.ECONNRESET, errno.EPIPE)
    writer.close()
