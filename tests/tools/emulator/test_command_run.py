"""In: picotemp-emulator in a shell. Out: boards; an exit code; nothing left behind."""

import contextlib
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable

import pytest

from picotemp_tools.emulator import EmulatedBoard, Place
from tools.emulator.command import (
    LIMIT_SECONDS,
    PROGRAM,
    Emulator,
    answer_of,
    children,
    emulator,
    is_alive,
    needs_proc,
    told,
)

BOARDS = 3
SHOW_URLS = "import os; print('urls', os.environ['PICO_SERVER_URL']); exit({})"
WAIT = "import time; print('waiting', flush=True); time.sleep(60)"


@pytest.fixture
def place(new_place: Callable[[], Place]) -> Place:
    """Give the first of three places."""
    first, *_ = [new_place() for _ in range(BOARDS)]
    return first


def urls(running: Emulator) -> list[str]:
    """Give the URLs of the table, once it is there."""
    running.wait_for("└")
    words = " ".join(running.lines).split()
    return [word for word in words if word[:4] == "http" and word[-1] != "/"]


def assert_nothing_left(running: Emulator, pids: list[int]) -> None:
    assert not any(is_alive(pid) for pid in pids)
    assert list(running.folder.iterdir()) == []
    assert not running.control.exists()


def test_a_table_says_what_runs_where_and_it_does(place: Place) -> None:
    began_seconds = time.monotonic()
    with emulator(place, boards=BOARDS) as running:
        seen = urls(running)
        # In truth well under a second; a busy host gets some patience.
        assert time.monotonic() - began_seconds < 5 * BOARDS
        assert len(set(seen)) == BOARDS
        assert seen[0] == f"http://{place.address}:{place.port}"
        running.wait_for("Emulated Pico Ws, MicroPython 1.")
        for number, url in enumerate(seen, 1):
            assert url in running.wait_for(f"picotemp-{number} ")
            assert answer_of(url).keys() == {"tempC", "tempF"}


def test_the_table_is_whole_however_narrow_the_terminal(place: Place) -> None:
    with emulator(place) as running:
        running.wait_for(f"curl http://{place.address}:{place.port}/ ")


@needs_proc
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_a_signal_ends_everything_and_the_exit_code_is_0(
    place: Place, number: signal.Signals
) -> None:
    with emulator(place, boards=BOARDS) as running:
        first, *_ = urls(running)
        pids = children(running.process.pid)
        assert len(pids) == BOARDS
        assert running.end(number) == 0
        assert_nothing_left(running, pids)
        assert "Traceback" not in "".join(running.lines)
    host, _, port = first.removeprefix("http://").partition(":")
    with socket.create_server((host, int(port))):
        pass


@needs_proc
def test_a_signal_while_boards_start_ends_everything_too(place: Place) -> None:
    with emulator(place, boards=BOARDS) as running:
        ends_seconds = time.monotonic() + LIMIT_SECONDS
        while not (pids := children(running.process.pid)):
            assert time.monotonic() < ends_seconds
        assert running.end(signal.SIGTERM) == 0
        assert_nothing_left(running, pids)


@pytest.mark.parametrize("code", [0, 7])
def test_a_command_finds_the_boards_and_its_exit_code_is_passed_on(
    place: Place, code: int
) -> None:
    command = ("--", sys.executable, "-c", SHOW_URLS.format(code))
    with emulator(place, *command, boards=BOARDS) as running:
        found = running.wait_for("urls ").removeprefix("urls ").strip()
        assert running.process.wait(LIMIT_SECONDS) == code
        assert found.split(",") == [
            f"picotemp-{number}={url}" for number, url in enumerate(urls(running), 1)
        ]


def test_a_command_that_was_killed_is_told_as_a_shell_does(place: Place) -> None:
    kill = "import os; os.kill(os.getpid(), 9)"
    with emulator(place, "--", sys.executable, "-c", kill) as running:
        assert running.process.wait(LIMIT_SECONDS) == 128 + 9


@needs_proc
def test_a_command_is_ended_with_its_emulator(place: Place) -> None:
    with emulator(place, "--", sys.executable, "-c", WAIT) as running:
        running.wait_for("waiting")
        pids = children(running.process.pid)
        assert len(pids) == 2
        assert running.end(signal.SIGTERM) == 0
        assert_nothing_left(running, pids)


def test_a_command_that_cannot_be_run_is_one_line_and_1(place: Place) -> None:
    with emulator(place, "--", "/nowhere/collector") as running:
        assert running.process.wait(LIMIT_SECONDS) == 1
        running.wait_for("picotemp-emulator: /nowhere/collector cannot be run: No such")
        assert "Traceback" not in "".join(running.lines)


def test_the_logs_are_shown_with_the_boards_name(place: Place) -> None:
    with emulator(place, "--logs", boards=2) as running:
        assert "picotemp-2 | " in running.wait_for("picotemp-2 | ")


def test_when_nobody_reads_the_logs_any_more_it_ends(place: Place) -> None:
    with (
        tempfile.TemporaryDirectory() as folder,
        subprocess.Popen(
            [
                *PROGRAM,
                "--address",
                place.address,
                "--control",
                f"{folder}/c",
                "--logs",
            ],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        ) as head,
    ):
        assert head.stdout
        assert head.stderr
        while b" | " not in head.stdout.readline():
            pass
        head.stdout.close()
        ends_seconds = time.monotonic() + LIMIT_SECONDS
        while head.poll() is None and time.monotonic() < ends_seconds:
            with contextlib.suppress(OSError):
                answer_of(f"http://{place.address}:{place.port}/")
        assert head.returncode == 0
        assert head.stderr.read() == b""


async def test_a_port_in_use_is_one_line_and_1(board: EmulatedBoard) -> None:
    with emulator(board.place) as running:
        assert running.process.wait(LIMIT_SECONDS) == 1
        running.wait_for(f"{board.place.address}:8080 cannot be had")
    assert len(running.lines) == 1
    assert running.lines[0].startswith("picotemp-emulator: ")


@pytest.mark.parametrize(("soft", "hard", "code"), [(20, 999, 0), (20, 20, 1)])
def test_few_open_files_are_made_many_or_said_in_one_line(
    place: Place, soft: int, hard: int, code: int
) -> None:
    limits = f'ulimit -Sn {soft}; ulimit -Hn {hard}; exec "$@"'
    with tempfile.TemporaryDirectory() as folder:
        words = ("--address", place.address, "--control", f"{folder}/c")
        result = subprocess.run(
            ["sh", "-c", limits, "sh", *PROGRAM, *words, "--boards", "6", "--", "true"],
            capture_output=True,
            text=True,
            timeout=LIMIT_SECONDS,
        )
    assert result.returncode == code, result.stderr
    assert result.stderr.count("\n") == code


@pytest.mark.parametrize("address", ["10.0.0.2", "localhost", "127.255.255.255"])
def test_an_address_beyond_the_loopback_network_is_one_line_and_1(
    address: str,
) -> None:
    result = told("--address", address, "--boards", "3")
    assert result.returncode == 1
    assert result.stderr.count("\n") == 1
    assert "give an --address like 127.0.0.2" in result.stderr


@pytest.mark.parametrize(
    "words",
    [("--boards", "0"), ("--boards", "251"), ("--port", "70000"), ("--nonsense",)],
)
def test_wrong_use_is_2(words: tuple[str, ...]) -> None:
    result = told(*words)
    assert (result.returncode, result.stdout) == (2, "")
    assert "Error: " in result.stderr


@needs_proc
def test_a_killed_emulator_leaves_no_process_and_can_be_started_again(
    place: Place,
) -> None:
    with emulator(place, boards=2) as running:
        urls(running)
        pids = children(running.process.pid)
        assert running.end(signal.SIGKILL) == -signal.SIGKILL
        ends_seconds = time.monotonic() + 3
        while any(is_alive(pid) for pid in pids) and time.monotonic() < ends_seconds:
            time.sleep(0.02)
        assert not any(is_alive(pid) for pid in pids)
        with emulator(place, boards=2) as again:
            assert len(urls(again)) == 2
