"""In: programs with UDP sockets. Out: answers, silence, errors; never a wait."""

import ast
import time
from pathlib import Path

import pytest

from picotemp_tools.emulator.place import GATEWAY, NAME_SERVER
from tools.emulator.conftest import JOIN, Runner
from tools.emulator.waiting import LIMIT_SECONDS, until

OPEN = """
import select, socket, time
datagrams = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)

def send(host, words=b"\\x07\\x09"):
    try:
        return datagrams.sendto(words, socket.getaddrinfo(host, 53)[0][-1])
    except OSError as error:
        return "errno %d" % error.errno

def receive(most_bytes=64):
    try:
        return datagrams.recvfrom(most_bytes)
    except OSError as error:
        return "errno %d" % error.errno
"""
# Asks the gateway again and again, says when the answers begin and end.
ASK = """
datagrams.setblocking(False)
last = None
while True:
    sent = send(gateway)
    time.sleep_ms(20)
    now = receive()
    now = now if isinstance(now, str) else now[1][0]
    now = "%s %s" % (sent, now)
    if now != last:
        print("told:", now)
    last = now
"""
GATEWAY_OF = "_, _, gateway, name_server = wlan.ifconfig()\n"
EAGAIN, ETIMEDOUT, EHOSTUNREACH = 11, 110, 113


def appeared(path: Path) -> str:
    """Wait for a text in a file; the emulator, in this process, stands still."""
    ends_seconds = time.monotonic() + LIMIT_SECONDS
    while not (path.exists() and path.read_text()):
        assert time.monotonic() < ends_seconds
        time.sleep(0.01)
    return path.read_text()


async def test_a_question_is_answered_by_whom_it_was_sent_to(run: Runner) -> None:
    program = (
        JOIN
        + OPEN
        + GATEWAY_OF
        + """
datagrams.settimeout(10)
found = []
for host in (gateway, name_server):
    sent = send(host)
    payload, sender = receive()
    found.append((host, sent, payload[:4], sender))
print("told:", found)
"""
    )
    async with run(program) as board:
        line = await board.serial.wait_for("told:")
        assert board.datagrams_sent == 2
    assert ast.literal_eval(line.removeprefix("told:").strip()) == [
        (host, 2, b"\x07\x09\x80\x05", (host, 53)) for host in (GATEWAY, NAME_SERVER)
    ]


async def test_without_a_link_there_is_no_way_to_send(run: Runner) -> None:
    program = OPEN + "import network\nnetwork.WLAN().active(True)\n"
    program += f'print("told:", send("{GATEWAY}"))'
    async with run(program) as board:
        await board.serial.wait_for(f"told: errno {EHOSTUNREACH}")
        assert board.datagrams_sent == 0


async def test_a_lost_link_is_no_way_and_a_dead_one_swallows(run: Runner) -> None:
    async with run(JOIN + OPEN + GATEWAY_OF + ASK) as board:
        await until(lambda: f"told: 2 {GATEWAY}" in [*board.serial.lines][-1:])
        board.change(wifi="dead")
        # Not anywhere in the log: before the first answer there was none either.
        await until(lambda: board.serial.lines[-1] == f"told: 2 errno {EAGAIN}")
        sent = board.datagrams_sent
        await until(lambda: board.datagrams_sent > sent + 9)
        assert board.serial.lines[-1] == f"told: 2 errno {EAGAIN}"
        board.change(wifi="lost")
        await board.serial.wait_for(f"told: errno {EHOSTUNREACH} errno {EAGAIN}")


async def test_a_host_is_silenced_and_made_to_speak(run: Runner) -> None:
    async with run(JOIN + OPEN + GATEWAY_OF + ASK) as board:
        for silent in ("none", "name-server"):
            await until(lambda: f"told: 2 {GATEWAY}" in [*board.serial.lines][-1:])
            board.change(udp=silent)
            await until(lambda: board.serial.lines[-1] == f"told: 2 errno {EAGAIN}")
            board.change(udp="gateway")
        await until(lambda: board.serial.lines[-1] == f"told: 2 {GATEWAY}")


async def test_nothing_there_is_an_error_at_once_or_after_the_time_limit(
    run: Runner,
) -> None:
    program = (
        OPEN
        + """
datagrams.setblocking(False)
print("told:", receive())
datagrams.settimeout(0.05)
print("told:", receive())
datagrams.setblocking(False)
print("told:", receive())
"""
    )
    async with run(program) as board:
        await until(lambda: len(board.serial.lines) >= 3)
        assert list(board.serial.lines)[:3] == [
            f"told: errno {number}" for number in (EAGAIN, ETIMEDOUT, EAGAIN)
        ]


async def test_a_long_datagram_is_cut_and_its_rest_is_lost(run: Runner) -> None:
    program = (
        JOIN
        + OPEN
        + GATEWAY_OF
        + """
datagrams.settimeout(10)
send(gateway, bytes(range(100)))
cut, _ = receive(16)
datagrams.setblocking(False)
print("told:", (len(cut), cut[12:], receive()))
"""
    )
    async with run(program) as board:
        line = await board.serial.wait_for("told:")
    assert ast.literal_eval(line.removeprefix("told:").strip()) == (
        16,
        bytes((12, 13, 14, 15)),
        f"errno {EAGAIN}",
    )


async def test_poll_tells_when_one_has_come(run: Runner) -> None:
    program = (
        JOIN
        + OPEN
        + GATEWAY_OF
        + """
poller = select.poll()
poller.register(datagrams, select.POLLIN)
before = len(poller.poll(0))
send(gateway)
print("told:", (before, len(poller.poll(10_000)), receive()[1][0]))
"""
    )
    async with run(program) as board:
        line = await board.serial.wait_for("told:")
    assert ast.literal_eval(line.removeprefix("told:").strip()) == (0, 1, GATEWAY)


async def test_a_program_never_waits_for_an_emulator_that_is_busy(run: Runner) -> None:
    program = (
        JOIN
        + OPEN
        + GATEWAY_OF
        + """
print("told:", send(gateway))
time.sleep_ms(300)
found = {send(gateway) for _ in range(2000)}
open("done", "w").write(str(found))
"""
    )
    async with run(program) as board:
        await board.serial.wait_for("told: 2")
        assert appeared(board.flash / "done") == "{2}"


async def test_closed_sockets_leave_no_file(run: Runner) -> None:
    program = (
        "import socket\nfor _ in range(50):\n"
        "    one = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)\n"
        "    one.bind(('0.0.0.0', 5000))\n"
        "    one.close()\n"
        "    one.close()\n"
        "print('done')"
    )
    async with run(program) as board:
        await board.serial.wait_for("done")
        assert board.serial.lines[0] == "done"
        (sockets,) = board.flash.parent.glob("boot-*")
        await until(lambda: [path.name for path in sockets.iterdir()] == ["router"])


@pytest.mark.parametrize(
    "call",
    [
        "socket.socket(socket.AF_INET, socket.SOCK_DGRAM).listen(1)",
        "socket.socket().sendto(b'', ('127.0.0.1', 53))",
        "socket.socket().recvfrom(1)",
        "socket.socket(socket.AF_INET6, socket.SOCK_DGRAM)",
    ],
)
async def test_what_one_kind_of_socket_cannot_do_is_an_error(
    run: Runner, call: str
) -> None:
    async with run(f"import socket\n{call}") as board:
        await board.serial.wait_for("OSError: [Errno 95]")
