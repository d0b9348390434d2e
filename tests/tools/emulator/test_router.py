"""In: datagrams for hosts beyond the access point. Out: answers, silence, a count."""

import socket
import struct
import tempfile
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from picotemp_tools.emulator.place import GATEWAY, NAME_SERVER
from picotemp_tools.emulator.router import ANSWERING, Router, refusal
from tools.emulator.waiting import until

DNS_PORT = 53
# A name server's question: its number, "recursion desired", one question, the root.
QUESTION = b"\x12\x34\x01\x00\x00\x01\x00\x00\x00\x00\x00\x00\x00\x00\x01\x00\x01"


class Sender:
    """A board's UDP socket."""

    def __init__(self, folder: Path) -> None:
        self.path = folder / "u1"
        self._router = str(folder / "router")
        self._socket = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self._socket.bind(str(self.path))
        self._socket.setblocking(False)

    def send(self, address: str, port: int = DNS_PORT, words: bytes = QUESTION) -> None:
        head = socket.inet_aton(address) + struct.pack("!H", port)
        self._socket.sendto(head + words, self._router)

    def heard(self) -> bytes:
        """Give what has come, b"" for nothing."""
        try:
            return self._socket.recv(1024)
        except BlockingIOError:
            return b""

    def close(self) -> None:
        self._socket.close()


@pytest.fixture
def folder() -> Iterator[Path]:
    with tempfile.TemporaryDirectory(prefix="em-") as name:
        yield Path(name)


@pytest.fixture
async def router(folder: Path) -> AsyncIterator[Router]:
    router = Router()
    router.open(folder)
    router.is_on_air = True
    yield router
    router.close()


@pytest.fixture
def sender(folder: Path) -> Iterator[Sender]:
    sender = Sender(folder)
    yield sender
    sender.close()


def names(folder: Path) -> list[str]:
    return [path.name for path in folder.iterdir()]


async def carried(router: Router, times: int = 1) -> None:
    """Wait until the router has handled so many datagrams."""
    await until(lambda: router.datagrams == times)


@pytest.mark.parametrize("host", [GATEWAY, NAME_SERVER])
async def test_gateway_and_name_server_answer_from_their_address_and_port(
    router: Router, sender: Sender, host: str
) -> None:
    sender.send(host)
    await carried(router)
    answer = sender.heard()
    assert answer[:6] == socket.inet_aton(host) + b"\x00\x35"
    assert answer[6:] == refusal(QUESTION)


def test_the_two_hosts_are_not_the_same() -> None:
    assert GATEWAY != NAME_SERVER


@pytest.mark.parametrize(
    ("address", "port"),
    [(GATEWAY, 123), (NAME_SERVER, 5353), ("9.9.9.9", 53), ("127.0.0.1", 53)],
)
async def test_nobody_else_answers(
    router: Router, sender: Sender, address: str, port: int
) -> None:
    sender.send(address, port)
    await carried(router)
    assert sender.heard() == b""


@pytest.mark.parametrize("who", ANSWERING)
async def test_only_who_is_said_to_answer_does(
    router: Router, sender: Sender, who: str
) -> None:
    router.set_answering(who)
    answering = []
    for number, host in enumerate((GATEWAY, NAME_SERVER)):
        sender.send(host)
        await carried(router, number + 1)
        if sender.heard():
            answering.append(host)
    expected = {
        "all": [GATEWAY, NAME_SERVER],
        "gateway": [GATEWAY],
        "name-server": [NAME_SERVER],
        "none": [],
    }
    assert answering == expected[who]


async def test_off_the_air_nothing_passes_yet_what_was_sent_is_counted(
    router: Router, sender: Sender
) -> None:
    router.is_on_air = False
    sender.send(GATEWAY)
    await carried(router)
    router.is_on_air = True
    assert sender.heard() == b""
    sender.send(GATEWAY)
    await carried(router, 2)
    assert sender.heard() != b""


async def test_who_there_is_not_is_refused_and_changes_nothing(
    router: Router, sender: Sender
) -> None:
    router.set_answering("gateway")
    with pytest.raises(ValueError, match=", ".join(ANSWERING)):
        router.set_answering("somebody")
    sender.send(GATEWAY)
    await carried(router)
    assert sender.heard() != b""


async def test_a_board_that_reads_no_answers_stops_nothing(
    router: Router, sender: Sender
) -> None:
    for number in range(2000):
        sender.send(GATEWAY)
        await carried(router, number + 1)
    assert sender.heard() != b""


async def test_a_board_whose_socket_is_gone_stops_nothing(
    router: Router, sender: Sender
) -> None:
    sender.send(GATEWAY)
    sender.path.unlink()
    await carried(router)
    assert sender.heard() == b""


async def test_what_a_closed_socket_left_is_removed_and_nothing_else(
    router: Router, sender: Sender, folder: Path
) -> None:
    router.forget(str(sender.path))
    router.forget(str(sender.path))
    assert names(folder) == ["router"]
    with tempfile.NamedTemporaryFile(dir=folder.parent) as thesis:
        router.forget(thesis.name)
        assert Path(thesis.name).name in names(folder.parent)


def test_a_refusal_has_the_questions_number_and_repeats_it() -> None:
    answer = refusal(QUESTION)
    number, flags, questions, *others = struct.unpack("!HHHHHH", answer[:12])
    assert number == 0x1234
    assert flags & 0x8000, "an answer"
    assert flags & 0x000F == 5, "REFUSED"
    assert flags & 0x0100, "recursion desired, as asked"
    assert (questions, others) == (1, [0, 0, 0])
    assert answer[12:] == QUESTION[12:]


@pytest.mark.parametrize("question", [b"", b"\x07", b"\x12\x34", b"hello", bytes(11)])
def test_what_is_no_question_is_answered_too(question: bytes) -> None:
    answer = refusal(question)
    assert len(answer) == 12
    assert answer[:2] == question[:2].ljust(2, b"\0")
    assert answer[2] & 0x80
