"""In: collectors, strangers and nobody at an address. Out: what `healthcheck` says."""

import asyncio
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest
from click.testing import CliRunner, Result

from collector.running import Running
from picotemp_collector.healthcheck import (
    LISTEN_VARIABLE,
    SILENT,
    UnhealthyError,
    main,
    url_by,
    within,
)

HEAD = "picotemp-collector healthcheck: "
GOOD = b"HTTP/1.1 200 OK\r\nContent-Length: 8\r\n\r\nhealthy\n"


def checked(*arguments: str, listen: str = "") -> Result:
    return CliRunner().invoke(main, arguments, env={LISTEN_VARIABLE: listen})


@contextmanager
def answering(
    answer: Callable[[socket.socket], object], family: int = socket.AF_INET
) -> Iterator[int]:
    """Serve one connection; give the port."""
    with socket.create_server(("", 0), family=family) as server:

        def serve() -> None:
            connection, _ = server.accept()
            with connection:
                asked.append(connection.recv(1000))
                answer(connection)

        asked: list[bytes] = []
        thread = threading.Thread(target=serve, daemon=True)
        thread.start()
        yield int(server.getsockname()[1])
        thread.join(timeout=10)
        assert asked[0].startswith(b"GET /")


async def test_a_running_collector_is_healthy_even_if_its_boards_are_not(
    collector: Running,
) -> None:
    command = (sys.executable, "-m", "picotemp_collector", "healthcheck", "--url")
    process = await asyncio.create_subprocess_exec(
        *(*command, collector.url),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    assert await process.communicate() == (b"healthy\n", b"")
    assert process.returncode == 0


def test_the_check_loads_neither_the_server_nor_the_configuration() -> None:
    program = (
        "import sys; import picotemp_collector.healthcheck;"
        "heavy = ('asyncio', 'aiohttp', 'attr', 'cattr', 'yarl');"
        "print([name for name in sys.modules if name.startswith(heavy)])"
    )
    found = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )
    assert found.stdout == "[]\n"


def test_the_command_of_the_collector_is_as_it_was_and_names_the_check() -> None:
    command = [sys.executable, "-m", "picotemp_collector"]
    shown = subprocess.run([*command, "--help"], capture_output=True, text=True)
    assert shown.returncode == 0
    assert "healthcheck" in shown.stdout
    wrong = subprocess.run([*command, "health"], capture_output=True, text=True)
    assert wrong.returncode == 2


@pytest.mark.parametrize(
    ("listen", "url"),
    [
        ("", "http://127.0.0.1:3030"),
        ("0.0.0.0:3031", "http://127.0.0.1:3031"),
        (":3032", "http://127.0.0.1:3032"),
        ("[::]:3033", "http://127.0.0.1:3033"),
        (" 10.0.0.5:80 ", "http://10.0.0.5:80"),
        ("[fd00::5]:81", "http://[fd00::5]:81"),
    ],
)
def test_the_address_is_the_one_the_collector_listens_on(listen: str, url: str) -> None:
    assert url_by({LISTEN_VARIABLE: listen}) == url


@pytest.mark.parametrize("listen", ["127.0.0.1:0", "here", "h:70000", "[half", ":x"])
def test_a_listen_without_a_port_to_ask_is_told(listen: str) -> None:
    with pytest.raises(UnhealthyError):
        url_by({LISTEN_VARIABLE: listen})
    result = checked(listen=listen)
    assert result.exit_code == 1
    assert result.stderr == (
        f"{HEAD}{LISTEN_VARIABLE} names no port;"
        " give the collector's address by --url\n"
    )


@pytest.mark.parametrize(
    "url", ["here:3030", "ftp://h", "https://h", "http://h:x", "["]
)
def test_a_url_that_is_none_is_wrong_use(url: str) -> None:
    assert checked("--url", url).exit_code == 2


def test_the_environment_and_the_flag_both_name_the_place() -> None:
    with answering(lambda connection: connection.sendall(GOOD)) as port:
        assert checked(listen=f":{port}").exit_code == 0
    with answering(lambda connection: connection.sendall(GOOD)) as port:
        url = f"http://127.0.0.1:{port}/-/healthy"
        assert checked("--url", url, listen="127.0.0.1:1").output == "healthy\n"


def test_nobody_there_is_one_line_that_says_what_to_do(free_port: int) -> None:
    result = checked(listen=f"127.0.0.1:{free_port}")
    assert result.exit_code == 1
    assert result.stdout == ""
    assert result.stderr == (
        f"{HEAD}http://127.0.0.1:{free_port}/-/healthy: nobody listens there;"
        " is the collector running, and at this address?\n"
    )


def test_a_name_that_is_not_found_is_one_line() -> None:
    result = checked("--url", "http://user:geheim@nobody.invalid:3030")
    assert result.exit_code == 1
    assert result.stderr == (
        f"{HEAD}http://nobody.invalid:3030/-/healthy: no such host;"
        " give the collector's address by --url\n"
    )


@pytest.mark.parametrize(
    ("answer", "told"),
    [
        (b"HTTP/1.1 503 No\r\nContent-Length: 0\r\n\r\n", "status 503"),
        (b"HTTP/1.1 302 Go\r\nLocation: /\r\nContent-Length: 0\r\n\r\n", "status 302"),
        (b"HTTP/1.1 200 OK\r\n\r\n<html>", "status 200"),
        (GOOD.replace(b" 8", b" 9") + b"!", "status 200"),
        (b"SSH-2.0-OpenSSH_9.2\r\n", "BadStatusLine"),
        (b"", "RemoteDisconnected"),
        (b"HTTP/1.1 200 OK\r\n" + b"a: b\r\n" * 200 + b"\r\n", "HTTPException"),
    ],
)
def test_who_is_no_collector_is_not_healthy(answer: bytes, told: str) -> None:
    with answering(lambda connection: connection.sendall(answer)) as port:
        result = checked(listen=f":{port}")
    assert result.exit_code == 1
    assert result.stderr == (
        f"{HEAD}http://127.0.0.1:{port}/-/healthy: {told};"
        " that is no collector's health page; give the address of one by --url\n"
    )


def test_an_answer_that_drips_is_not_waited_for(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def drip(connection: socket.socket) -> None:
        try:
            for byte in GOOD:
                connection.sendall(bytes([byte]))
                time.sleep(0.1)
        except OSError:
            asker_left.set()

    asker_left = threading.Event()
    monkeypatch.setattr("picotemp_collector.healthcheck.LIMIT_SECONDS", 0.3)
    with answering(drip) as port:
        result = checked(listen=f":{port}")
        assert result.exit_code == 1
        assert result.stderr.endswith(f"/-/healthy: {SILENT}\n")
    assert asker_left.is_set()


def test_the_limit_ends_with_its_block() -> None:
    with within(0.05):
        pass
    time.sleep(0.1)
