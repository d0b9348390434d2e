"""In: a program with a radio. Out: the numbers it sees, and what clients get of it."""

import asyncio

import pytest

from picotemp_tools.emulator import EmulatedBoard
from tools.emulator.conftest import JOIN, Runner
from tools.emulator.waiting import until

WATCH = """
last = None
while True:
    now = wlan.status()
    if now != last:
        print("status", now, wlan.isconnected(), wlan.ifconfig()[0])
    last = now
    time.sleep_ms(5)
"""
BEGIN = """
import network, time
wlan = network.WLAN(network.STA_IF)
"""
CONNECT = """
wlan.active(True)
time.sleep_ms(300)
wlan.connect("emulated", "emulated-password")
"""
# Answers every connection with its number, listens anew after every third.
SERVE = """
import socket
number = 0
while True:
    listening = socket.socket()
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    listening.bind(socket.getaddrinfo("0.0.0.0", 80)[0][-1])
    listening.listen(5)
    for _ in range(3):
        connection, peer = listening.accept()
        number += 1
        connection.sendall(b"%d %s" % (number, peer[0].encode()))
        connection.close()
    listening.close()
"""


async def answer_of(board: EmulatedBoard) -> bytes:
    async with asyncio.timeout(15):
        reader, writer = await asyncio.open_connection(
            board.place.address, board.place.port
        )
        answer = await reader.read()
    writer.close()
    return answer


@pytest.mark.parametrize("question", ["connect('emulated')", "config(pm=16)"])
async def test_a_radio_that_is_off_takes_no_orders(run: Runner, question: str) -> None:
    async with run(BEGIN + f"wlan.{question}") as board:
        await board.serial.wait_for("OSError")


@pytest.mark.parametrize(
    ("fault", "status"),
    [("ok", 3), ("wrong-password", -3), ("no-network", -2), ("no-address", 2)],
)
async def test_the_program_sees_the_drivers_numbers(
    run: Runner, fault: str, status: int
) -> None:
    async with run(BEGIN + CONNECT + WATCH) as board:
        board.change(wifi=fault)
        address = board.place.address if status == 3 else "0.0.0.0"
        await board.serial.wait_for(f"status {status} {status == 3} {address}")
        # Some pass too quickly to be seen each time, but never in another order.
        order = [line.split()[1] for line in board.serial.lines]
        expected = list(dict.fromkeys(["0", "1", "2", str(status)]))
        assert order == [number for number in expected if number in order]


async def test_a_lost_link_says_joining_and_a_dead_one_up(run: Runner) -> None:
    async with run(BEGIN + CONNECT + WATCH) as board:
        await board.serial.wait_for("status 3")
        board.change(wifi="dead")
        await asyncio.sleep(0.2)
        assert board.serial.lines[-1].startswith("status 3")
        board.change(wifi="lost")
        await until(lambda: board.serial.lines[-1].startswith("status 1 False"))


async def test_there_is_one_radio_however_many_objects_name_it(run: Runner) -> None:
    program = JOIN + (
        "other = network.WLAN()\nother.disconnect()\n"
        "print('told', wlan.status(), other.status(), other.active())\n"
    )
    async with run(program) as board:
        await board.serial.wait_for("told 0 0 True")


async def test_name_and_country_are_kept_and_checked(run: Runner) -> None:
    program = """
import network
print(network.hostname(), network.country())
network.hostname("attic")
network.country("DE")
print(network.hostname(), network.country())
for wrong in (lambda: network.hostname("x" * 33), lambda: network.country("DEU")):
    try:
        wrong()
    except ValueError:
        print("refused")
"""
    async with run(program) as board:
        await until(lambda: len(board.serial.lines) == 4)
        assert list(board.serial.lines) == ["PicoW XX", "attic DE", *["refused"] * 2]


async def test_a_program_that_listens_anew_is_reached_anew(run: Runner) -> None:
    async with run(JOIN + SERVE) as board:
        await board.wait_until_serving()
        for number in range(1, 8):
            await board.wait_until_serving()
            answer = b""
            while not answer:
                try:
                    answer = await answer_of(board)
                except ConnectionError:  # between two listeners, as on the chip
                    await asyncio.sleep(0.02)
            assert answer == b"%d 127.0.0.1" % number


async def test_a_board_whose_program_listens_no_more_refuses(run: Runner) -> None:
    program = JOIN + SERVE.replace("while True", "for _ in range(1)")
    async with run(program) as board:
        await board.wait_until_serving()
        for _ in range(3):
            await answer_of(board)
        await until(lambda: board.state == "starting")
        with pytest.raises(ConnectionRefusedError):
            await answer_of(board)


async def test_a_port_that_cannot_be_had_is_said_on_serial(run: Runner) -> None:
    async with run(JOIN + SERVE) as first:
        await first.wait_until_serving()
        place = type(first.place)("other", first.place.address, 9090)
        program = JOIN + SERVE.replace("80)", f"{first.place.port})")
        async with run(program, place=place) as second:
            await second.serial.wait_for("cannot be had")
            assert second.state == "starting"


async def test_a_hung_board_takes_connections_and_answers_none(
    board: EmulatedBoard,
) -> None:
    board.change(is_hung=True)
    await asyncio.sleep(1.5)  # it samples every second, and hangs there
    place = board.place
    reader, writer = await asyncio.open_connection(place.address, place.port)
    writer.write(b"GET / HTTP/1.0\r\n\r\n")
    with pytest.raises(TimeoutError):
        await asyncio.wait_for(reader.read(1), 1)
    board.change(is_hung=False)
    assert (await asyncio.wait_for(reader.read(), 10)) != b""
    writer.close()


async def test_a_hung_board_is_mended_by_the_reset_button(board: EmulatedBoard) -> None:
    board.change(is_hung=True)
    board.press_reset()
    await until(lambda: board.boots == 2)
    await until(lambda: board.state == "serving")
