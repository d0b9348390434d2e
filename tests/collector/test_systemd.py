"""In: sockets and variables as systemd leaves them. Out: taken or refused; it hears."""

import asyncio
import os
import socket
import time
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

import pytest
from attrs import define, field

from collector.virtual_time import now_seconds, run_virtually
from picotemp_collector.config.shapes import Listen
from picotemp_collector.errors import CannotRunError
from picotemp_collector.lifecycle import Lifecycle
from picotemp_collector.listening import bind, listen_on
from picotemp_collector.systemd import Notifier, take_socket


def told(**changed: str) -> dict[str, str]:
    """Give the variables of one socket that is handed over, some of them changed."""
    ours = {"LISTEN_PID": str(os.getpid()), "LISTEN_FDS": "1", "LISTEN_FDNAMES": "http"}
    return {"PATH": "/bin", **ours, **changed}


@pytest.fixture
def listening() -> Iterator[int]:
    """Give the descriptor of a listening socket that the test does not own."""
    descriptor = bind(Listen("127.0.0.1", 0)).detach()
    yield descriptor
    try:
        os.close(descriptor)
    except OSError:
        return  # it was taken, and closed


def test_the_socket_is_taken_and_not_handed_on(listening: int) -> None:
    os.set_inheritable(listening, True)
    environment = told()
    taken = take_socket(environment, listening)
    assert taken is not None
    with taken, socket.create_connection(taken.getsockname(), 5):
        taken.accept()[0].close()
        assert taken.fileno() == listening
        assert not os.get_inheritable(listening)
    assert environment == {"PATH": "/bin"}


@pytest.mark.parametrize("process", ["1", "", "me"])
def test_the_socket_of_another_process_is_left_alone(
    process: str, listening: int
) -> None:
    environment = told(LISTEN_PID=process)
    assert take_socket(environment, listening) is None
    assert environment == {"PATH": "/bin"}
    os.fstat(listening)


@pytest.mark.parametrize(
    ("count", "said"), [("2", "2 sockets"), ("0", "0 sockets"), ("", "no sockets")]
)
def test_more_or_fewer_than_one_socket_is_refused(
    count: str, said: str, listening: int
) -> None:
    with pytest.raises(CannotRunError, match=f"^systemd handed over {said}, not 1; "):
        take_socket(told(LISTEN_FDS=count), listening)


def test_what_is_no_socket_is_refused(tmp_path: Path) -> None:
    with (
        (tmp_path / "file").open("w") as file,
        pytest.raises(CannotRunError, match="handed over no socket; "),
    ):
        take_socket(told(), file.fileno())
    with pytest.raises(CannotRunError, match="handed over no socket; "):
        take_socket(told(), 9999)


@pytest.mark.parametrize("kind", ["datagrams", "connected", "unix"])
def test_what_does_not_listen_for_tcp_is_refused(kind: str, tmp_path: Path) -> None:
    family = socket.AF_UNIX if kind == "unix" else socket.AF_INET
    type_ = socket.SOCK_DGRAM if kind == "datagrams" else socket.SOCK_STREAM
    wrong = socket.socket(family, type_)
    if kind == "unix":
        wrong.bind(str(tmp_path / "socket"))
        wrong.listen()
    with pytest.raises(CannotRunError, match="does not listen for TCP; "):
        take_socket(told(), wrong.detach())


def test_without_variables_the_address_is_bound() -> None:
    with listen_on(Listen("127.0.0.1", 0), {}) as bound:
        assert bound.getsockname()[1] > 0


@pytest.fixture(params=["path", "abstract"])
def manager(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator["Manager"]:
    """Give a service manager that listens, at a path or at an abstract name."""
    name = str(tmp_path / "notify") if request.param == "path" else "picotemp-\xfc"
    if request.param == "path":
        address, text = os.fsencode(name), name
    else:
        name += str(os.getpid())
        address, text = b"\0" + os.fsencode(name), "@" + name
    with Manager(address, {"NOTIFY_SOCKET": text}) as listening:
        yield listening


@define
class Manager:
    """A datagram socket that stands for systemd's."""

    address: bytes
    environment: dict[str, str]
    bound: socket.socket = field(init=False)

    def __enter__(self) -> "Manager":
        self.bound = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self.bound.setblocking(False)
        self.bound.bind(self.address)
        return self

    def __exit__(self, *_error: object) -> None:
        self.bound.close()

    def heard(self) -> list[dict[str, str]]:
        """Give every message since the last look, each as its variables."""
        messages: list[dict[str, str]] = []
        while True:
            try:
                text = self.bound.recv(4096).decode()
            except BlockingIOError:
                return messages
            messages.append(dict(line.split("=", 1) for line in text.split("\n")))


async def test_it_hears_of_the_start_a_reload_and_the_end(manager: Manager) -> None:
    lifecycle = Lifecycle(Notifier(manager.environment))
    lifecycle.start("polling 2\ndevices")
    assert manager.heard() == [{"READY": "1", "STATUS": "polling 2 devices"}]
    before_microseconds = time.monotonic_ns() // 1000
    with lifecycle.reloading(lambda: "polling 3 devices"):
        [reloading] = manager.heard()
    assert reloading.keys() == {"RELOADING", "MONOTONIC_USEC"}
    now_microseconds = time.monotonic_ns() // 1000
    assert before_microseconds <= int(reloading["MONOTONIC_USEC"]) <= now_microseconds
    assert manager.heard() == [{"READY": "1", "STATUS": "polling 3 devices"}]
    for _ in range(2):
        lifecycle.stop()
    await lifecycle.until_stopped()
    assert [message["STOPPING"] for message in manager.heard()] == ["1"]


def test_a_manager_that_is_gone_or_does_not_read_stops_nobody(tmp_path: Path) -> None:
    Notifier({"NOTIFY_SOCKET": str(tmp_path / "nobody")}).ready("")
    Notifier({"NOTIFY_SOCKET": "vsock:2:1"}).ready("")
    Notifier({"NOTIFY_SOCKET": "@" + "x" * 200}).ready("")
    path = str(tmp_path / "notify")
    with Manager(os.fsencode(path), {"NOTIFY_SOCKET": path}) as manager:
        notifier = Notifier(manager.environment)
        for _ in range(5000):
            notifier.ready("as many as the queue holds, and more")
        assert manager.heard()


class Household:
    """Whether the polls go on, as a test says; and how often it was asked."""

    def __init__(self) -> None:
        self.goes_on = True
        self.asked_at: list[float] = []

    def ask(self) -> bool:
        self.asked_at.append(now_seconds())
        return self.goes_on


@pytest.mark.parametrize("is_named", [False, True])
def test_the_watchdog_is_fed_in_less_than_half_its_time_while_polls_go_on(
    manager: Manager, is_named: bool
) -> None:
    environment = {**manager.environment, "WATCHDOG_USEC": "30000000"}
    if is_named:
        environment["WATCHDOG_PID"] = str(os.getpid())
    household = Household()

    async def live() -> None:
        async with Lifecycle(Notifier(environment)).watched(household.ask):
            await asyncio.sleep(100)
            assert len(manager.heard()) >= 7
            household.goes_on = False
            await asyncio.sleep(100)
            assert manager.heard() == []
            household.goes_on = True
            await asyncio.sleep(14.9)
            assert {"WATCHDOG": "1"} in manager.heard()

    run_virtually(live())
    looks = pairwise(household.asked_at)
    assert all(after - before < 15 for before, after in looks)


@pytest.mark.parametrize(
    "watchdog",
    [{}, {"WATCHDOG_USEC": "0"}, {"WATCHDOG_USEC": "x"}, {"WATCHDOG_PID": "1"}],
)
def test_without_a_watchdog_of_ours_nothing_is_fed(
    manager: Manager, watchdog: dict[str, str]
) -> None:
    given = {"WATCHDOG_USEC": "1000000"} if "WATCHDOG_PID" in watchdog else {}

    async def live() -> None:
        notifier = Notifier({**manager.environment, **given, **watchdog})
        async with notifier.watched(lambda: True):
            await asyncio.sleep(100)

    run_virtually(live())
    assert manager.heard() == []
