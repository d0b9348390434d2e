"""In: connections that fail at every step. Out: the error, and nothing left open."""

import asyncio
import errno
import os
import socket
from collections.abc import Awaitable, Callable, Iterator
from typing import NoReturn

import pytest
import uvloop

from collector.fake_device import READING, FakeDevice
from collector.faulty_socket import CALLS, FaultySockets
from picotemp_collector.devices.answer import Answer
from picotemp_collector.devices.endpoint import Endpoint
from picotemp_collector.devices.exchange import exchange
from picotemp_collector.devices.failure import DeadlineError
from picotemp_collector.devices.response import Response
from picotemp_collector.devices.watch import watching

REQUEST = b"GET /attic HTTP/1.1\r\nHost: x\r\n\r\n"
GOOD = Answer(200, None, READING, cut=False)
LOOPS = {"asyncio": asyncio.new_event_loop, "uvloop": uvloop.new_event_loop}
Scenario = Callable[[FakeDevice], Awaitable[None]]
Run = Callable[[Scenario], None]


@pytest.fixture(params=LOOPS)
def run(request: pytest.FixtureRequest) -> Iterator[Run]:
    """Give what runs a scenario with a device, on either loop; no file stays open."""
    with asyncio.Runner(loop_factory=LOOPS[request.param]) as runner:
        yield lambda scenario: runner.run(_with_a_device(scenario))


async def _with_a_device(scenario: Scenario) -> None:
    fake = FakeDevice()
    fake.follow(fake.answer())
    server = await asyncio.start_server(fake.serve_one, "127.0.0.1", 0)
    async with server:
        fake.port = server.sockets[0].getsockname()[1]
        before = _open_files()
        async with asyncio.timeout(20):
            await scenario(fake)
            while _open_files() > before:  # noqa: ASYNC110 the system tells nobody
                await asyncio.sleep(0.005)


def _open_files() -> int:
    return len(os.listdir("/proc/self/fd"))


async def ask(
    port: int, sockets: FaultySockets | None = None, timeout_seconds: float = 10
) -> Answer:
    """Ask, and check at once that nothing is left."""
    loop = asyncio.get_running_loop()
    sockets = sockets or FaultySockets()
    endpoint = Endpoint(socket.AF_INET, ("127.0.0.1", port))
    deadline_seconds = loop.time() + timeout_seconds
    with watching() as watch:
        try:
            return await exchange(
                watch, endpoint, REQUEST, Response(4096), deadline_seconds, sockets.new
            )
        finally:
            assert len(watch) == 0
            assert sockets.are_closed()


def fail(error: Exception) -> NoReturn:
    raise error


def test_an_answer_comes_and_nothing_is_left(run: Run) -> None:
    async def scenario(fake: FakeDevice) -> None:
        assert await ask(fake.port) == GOOD
        assert fake.heads == [REQUEST.decode()]

    run(scenario)


def test_a_server_that_keeps_the_connection_is_not_waited_for(run: Run) -> None:
    async def scenario(fake: FakeDevice) -> None:
        async def stay(
            reader: asyncio.StreamReader, writer: asyncio.StreamWriter
        ) -> None:
            await fake.answer()(reader, writer)
            await reader.read()

        fake.follow(stay)
        assert await ask(fake.port) == GOOD

    run(scenario)


@pytest.mark.parametrize("call", CALLS)
def test_a_call_that_fails_is_the_error_and_nothing_is_left(
    run: Run, call: str
) -> None:
    async def scenario(fake: FakeDevice) -> None:
        sockets = FaultySockets(call, lambda: fail(OSError(errno.EIO, "broken")))
        with pytest.raises(OSError, match="broken"):
            await ask(fake.port, sockets)
        assert sockets.happened == 1

    run(scenario)


@pytest.mark.parametrize("call", CALLS)
def test_a_bug_in_a_step_is_raised_to_whoever_asked(run: Run, call: str) -> None:
    async def scenario(fake: FakeDevice) -> None:
        with pytest.raises(ZeroDivisionError):
            await ask(fake.port, FaultySockets(call, lambda: fail(ZeroDivisionError())))

    run(scenario)


@pytest.mark.parametrize("call", CALLS)
def test_who_is_cancelled_at_a_step_leaves_nothing(run: Run, call: str) -> None:
    async def scenario(fake: FakeDevice) -> None:
        def cancel() -> None:
            asked.cancel()

        asked = asyncio.create_task(ask(fake.port, FaultySockets(call, cancel)))
        with pytest.raises(asyncio.CancelledError):
            await asked

    run(scenario)


def test_who_is_cancelled_at_any_turn_of_the_loop_leaves_nothing(run: Run) -> None:
    async def scenario(fake: FakeDevice) -> None:
        for turns in range(20):
            asked = asyncio.create_task(ask(fake.port))
            for _ in range(turns):
                await asyncio.sleep(0)
            asked.cancel()
            await asyncio.wait({asked})
            assert asked.cancelled() or asked.result() == GOOD

    run(scenario)


@pytest.mark.parametrize("number", [errno.ENETUNREACH, errno.EADDRNOTAVAIL])
def test_an_address_that_the_system_refuses_at_once_is_the_error(
    run: Run, number: int
) -> None:
    async def scenario(fake: FakeDevice) -> None:
        with pytest.raises(OSError, match=os.strerror(number)) as raised:
            await ask(fake.port, FaultySockets("connect_ex", lambda: number))
        assert raised.value.errno == number

    run(scenario)


def test_a_connection_that_is_refused_later_is_the_error(run: Run) -> None:
    async def scenario(fake: FakeDevice) -> None:
        sockets = FaultySockets("getsockopt", lambda: errno.EHOSTUNREACH)
        with pytest.raises(OSError, match="No route") as raised:
            await ask(fake.port, sockets)
        assert raised.value.errno == errno.EHOSTUNREACH
        assert fake.requests == []

    run(scenario)


def test_a_connection_that_never_stands_ends_at_the_deadline(run: Run) -> None:
    async def scenario(_fake: FakeDevice) -> None:
        with (
            socket.socket() as full,
            socket.socket() as first,
            socket.socket() as next_,
        ):
            full.bind(("127.0.0.1", 0))
            full.listen(0)
            for queued in (first, next_):
                queued.setblocking(False)
                queued.connect_ex(full.getsockname())
            with pytest.raises(DeadlineError):
                await ask(full.getsockname()[1], timeout_seconds=0.1)

    run(scenario)


def test_an_answer_that_never_comes_ends_at_the_deadline(run: Run) -> None:
    async def scenario(fake: FakeDevice) -> None:
        fake.follow(fake.be_silent)
        with pytest.raises(DeadlineError) as raised:
            await ask(fake.port, timeout_seconds=0.1)
        assert not raised.value.is_looking_up

    run(scenario)


@pytest.mark.parametrize("call", ["send", "recv"])
def test_a_wakeup_for_nothing_is_waited_through(run: Run, call: str) -> None:
    async def scenario(fake: FakeDevice) -> None:
        faults = iter([BlockingIOError()])

        def block_once() -> None:
            for error in faults:
                raise error

        sockets = FaultySockets(call, block_once)
        assert await ask(fake.port, sockets) == GOOD
        assert sockets.happened == 2

    run(scenario)


def test_a_request_that_goes_out_in_pieces_arrives_whole(run: Run) -> None:
    async def scenario(fake: FakeDevice) -> None:
        sockets = FaultySockets("send", lambda: 1)
        assert await ask(fake.port, sockets) == GOOD
        assert fake.heads == [REQUEST.decode()]
        assert sockets.happened == len(REQUEST)

    run(scenario)


def test_an_answer_that_comes_byte_by_byte_is_whole(run: Run) -> None:
    async def scenario(fake: FakeDevice) -> None:
        assert await ask(fake.port, FaultySockets("recv", lambda: 1)) == GOOD

    run(scenario)


def test_an_answer_before_the_request_counts_though_it_cannot_be_sent(
    run: Run,
) -> None:
    async def scenario(_fake: FakeDevice) -> None:
        async def answer_at_once(
            _reader: asyncio.StreamReader, writer: asyncio.StreamWriter
        ) -> None:
            writer.write(b"HTTP/1.0 503 Busy\r\nRetry-After: 1\r\n\r\n")
            writer.close()

        async with await asyncio.start_server(answer_at_once, "127.0.0.1", 0) as eager:
            sockets = FaultySockets("send", lambda: fail(BrokenPipeError()))
            answer = await ask(eager.sockets[0].getsockname()[1], sockets)
            assert (answer.status, answer.retry_after) == (503, "1")

    run(scenario)
