"""In: clients of an emulated board. Out: five connections at most; silence."""

import asyncio
import contextlib
import socket
from collections.abc import AsyncIterator, Callable

import pytest

from picotemp_tools.emulator import Place
from picotemp_tools.emulator.radio import Radio
from picotemp_tools.errors import ToolError
from tools.emulator.fake_program import Program, ask, hang_up, running
from tools.emulator.waiting import until

# What lwIP is built with for the chip.
MOST_CONNECTIONS = 5
CLIENTS_IN_A_STORM = 30
STORMS = 3
# A client of a storm knocks again, sooner than the kernel would for it.
KNOCK_SECONDS = 0.15


@pytest.fixture
async def program(new_place: Callable[[], Place]) -> AsyncIterator[Program]:
    async with running(new_place().address) as program:
        yield program


async def test_what_a_client_says_and_hears_passes_unchanged(program: Program) -> None:
    stream = await program.connect()
    words = bytes(range(256)) * 100
    stream[1].write(words)
    assert await stream[0].readexactly(len(words)) == words
    await hang_up(stream)


async def test_the_program_is_told_the_clients_address(program: Program) -> None:
    stream = await program.connect()
    assert await ask(stream) == b"hello"
    assert program.peers == [stream[1].get_extra_info("sockname")]
    await hang_up(stream)


async def test_without_a_program_that_listens_a_client_is_refused(
    program: Program,
) -> None:
    program.radio.set_program(None)
    assert await program.is_refused()
    program.radio.set_program(program.path)
    assert not await program.is_refused()


async def test_before_it_is_on_the_air_a_board_is_silent(
    new_place: Callable[[], Place],
) -> None:
    address = new_place().address
    radio = Radio(address, 8080)
    radio.open()
    program = Program(radio, address, "/nowhere")
    assert await program.is_silent()
    radio.set_on_air(True)
    assert await program.is_refused()
    await radio.close()


async def test_off_the_air_silence_not_refusal_and_then_service_again(
    program: Program,
) -> None:
    for _ in range(2):
        program.radio.set_on_air(False)
        assert await program.is_silent()
        assert not program.radio.is_serving
        program.radio.set_on_air(True)
        stream = await program.connect()
        assert await ask(stream) == b"hello"
        await hang_up(stream)


async def test_a_client_that_knocked_while_it_was_off_the_air_gets_in_later(
    program: Program,
) -> None:
    program.radio.set_on_air(False)
    knocking = asyncio.create_task(program.connect())
    await asyncio.sleep(0.1)
    program.radio.set_on_air(True)
    stream = await knocking
    assert await ask(stream) == b"hello"
    await hang_up(stream)


async def test_a_sixth_connection_request_stays_unanswered_until_one_ends(
    program: Program,
) -> None:
    streams = [await program.connect() for _ in range(MOST_CONNECTIONS)]
    assert [await ask(stream) for stream in streams] == [b"hello"] * MOST_CONNECTIONS
    assert program.radio.connections == MOST_CONNECTIONS
    assert await program.is_silent()
    sixth = asyncio.create_task(program.connect())
    await hang_up(streams.pop())
    streams.append(await sixth)
    assert await ask(streams[-1]) == b"hello"
    await hang_up(*streams)


async def test_in_a_storm_the_board_never_holds_more_than_five(
    program: Program,
) -> None:
    async def client() -> bytes:
        while True:
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(KNOCK_SECONDS):
                    stream = await asyncio.open_connection(*program.address)
                break
        stream[1].write(b"hello")
        answer = await stream[0].readexactly(5)
        await asyncio.sleep(0.01)
        await hang_up(stream)
        return answer

    for _ in range(STORMS):
        async with asyncio.timeout(30):
            answers = await asyncio.gather(
                *(client() for _ in range(CLIENTS_IN_A_STORM))
            )
        assert answers == [b"hello"] * CLIENTS_IN_A_STORM
    assert program.most_held == MOST_CONNECTIONS
    await until(lambda: program.radio.connections == 0)


async def test_a_client_that_goes_early_frees_its_slot(program: Program) -> None:
    streams = [await program.connect() for _ in range(MOST_CONNECTIONS)]
    await until(lambda: program.held == MOST_CONNECTIONS)
    await hang_up(*streams)
    await until(lambda: program.radio.connections == 0)
    stream = await program.connect()
    assert await ask(stream) == b"hello"
    await hang_up(stream)


async def test_a_taken_address_is_said_in_one_line(program: Program) -> None:
    with pytest.raises(ToolError, match=r":8080 cannot be had .*--address or --port"):
        Radio(program.address[0], 8080).open()


async def test_the_same_address_opens_again_at_once(program: Program) -> None:
    stream = await program.connect()
    assert await ask(stream) == b"hello"
    await program.radio.close()
    again = Radio(*program.address)
    again.open()
    await again.close()
    await hang_up(stream)


@pytest.mark.parametrize("is_on_air", [True, False])
async def test_a_closed_radio_leaves_no_port_behind(
    program: Program, is_on_air: bool
) -> None:
    stream = await program.connect()
    assert await ask(stream) == b"hello"
    program.radio.set_on_air(is_on_air)
    await program.radio.close()
    await asyncio.sleep(0.05)
    with socket.socket() as probe:
        assert probe.connect_ex(program.address) != 0
    assert await program.is_refused()
    await hang_up(stream)


async def test_a_program_may_choose_its_port(program: Program) -> None:
    program.radio.set_program(program.path, 8081)
    assert await program.is_refused()
    stream = await asyncio.open_connection(program.address[0], 8081)
    assert await ask(stream) == b"hello"
    await hang_up(stream)


@pytest.mark.parametrize("seconds", [-1, 61, float("nan")])
async def test_a_delay_there_cannot_be_is_refused(
    program: Program, seconds: float
) -> None:
    with pytest.raises(ValueError, match="no delay"):
        program.radio.slow(seconds)
