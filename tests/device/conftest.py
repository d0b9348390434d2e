"""In: PICOTEMP_TEST_URL, PICOTEMP_TEST_SLOWER. Out: the board under test, left free.

Without a URL there is nothing here to collect. The suite wants the board for
itself: stop its collector first, and run the tests one at a time. With the password
of its network in PICOTEMP_TEST_PASSWORD every page is searched for it (in the
environment alone: anybody can see the arguments of a command).
"""

import os
import re
import socket
from collections.abc import Iterator
from urllib.parse import urlsplit

import pytest

from .board import CONNECT_SECONDS, LIFE_SECONDS, Board
from .client import Client, Place, places

URL = os.environ.get("PICOTEMP_TEST_URL", "")
SLOWER = os.environ.get("PICOTEMP_TEST_SLOWER") or "1"
UNREACHABLE_EXIT = 2

collect_ignore_glob = [] if URL else ["test_*.py"]


@pytest.fixture(scope="session")
def reachable_board() -> Board:
    """The board, once it has answered anything at all."""
    try:
        host, port, slower = _where(URL, SLOWER)
        place = _listening(places(host, port), slower)
    except (OSError, ValueError) as error:
        pytest.exit(f"{URL}: {_what_to_check(error)}", UNREACHABLE_EXIT)
    return Board(place, host, slower)


@pytest.fixture
def board(reachable_board: Board) -> Iterator[Board]:
    """The board, with all its slots free before and no client of ours after."""
    reachable_board.wait_until_free()
    yield reachable_board
    reachable_board.leave()


def pytest_terminal_summary(
    terminalreporter: pytest.TerminalReporter, exitstatus: int
) -> None:
    """Tell whoever runs this folder alone why nothing happens."""
    if exitstatus == pytest.ExitCode.NO_TESTS_COLLECTED and not URL:
        terminalreporter.write_line(
            "tests/device needs a board: PICOTEMP_TEST_URL=http://picotemp.local"
        )


def _where(url: str, slower: str) -> tuple[str, int, float]:
    parts = urlsplit(url if "//" in url else f"http://{url}")
    if parts.scheme != "http" or not parts.hostname or parts.path not in ("", "/"):
        raise ValueError("give PICOTEMP_TEST_URL as http://host or http://host:port")
    if not re.fullmatch(r"\d+(\.\d+)?", slower) or float(slower) < 1:
        raise ValueError(f"PICOTEMP_TEST_SLOWER is 1 or more, not {slower!r}")
    return parts.hostname, parts.port or 80, float(slower)


def _listening(candidates: list[Place], slower: float) -> Place:
    """Give the first address that answers a request, in whatever way."""
    errors: list[OSError] = []
    for place in candidates:
        try:
            client = Client(place, CONNECT_SECONDS * slower)
        except OSError as error:
            errors.append(error)
            continue
        client.send(b"GET / HTTP/1.0\r\n\r\n")
        is_answered = client.is_answered((LIFE_SECONDS + 1) * slower)
        client.close()
        if is_answered:
            return place
        errors.append(TimeoutError())
    raise errors[0]


def _what_to_check(error: Exception) -> str:
    if isinstance(error, socket.gaierror):
        return (
            "no such name on this network. Is the board on the same network? "
            "Does the name resolve (mDNS)? Else use the board's IP address."
        )
    if isinstance(error, ConnectionRefusedError):
        return "this address exists, but nothing listens there. Is the port right?"
    if isinstance(error, OSError):
        return (
            "nothing answers. Has the board power? Is it on the Wi-Fi (its serial "
            f"log says so)? Is the address right? ({error or 'silence'})"
        )
    return str(error)
