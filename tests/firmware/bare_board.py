"""In: the whole firmware, compiled. Out: it serves on the plain interpreter."""

import json
import re
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import AbstractContextManager
from functools import partial
from pathlib import Path

import pytest

from picotemp_tools import compiled_files
from picotemp_tools.bench import bare, hammer
from picotemp_tools.emulator import Place

from .http_answer import Answer, is_busy, parse

NewBare = Callable[..., AbstractContextManager[bare.BareBoard]]
DEADLINE_SECONDS = 20
HAMMER = (sys.executable, "-I", "-S", hammer.__file__)


@pytest.fixture(scope="session")
def compiled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give the folder of a board, its package compiled, built once."""
    folder = tmp_path_factory.mktemp("bare") / "files"
    compiled_files.build(folder)
    settings = {"ssid": "bare", "port": 8080}
    (folder / "settings.json").write_text(json.dumps(settings))
    return folder


@pytest.fixture
def new_bare(new_place: Callable[[], Place], compiled: Path) -> NewBare:
    """Give a function that runs the firmware, with a heap and a look of choice."""
    place = new_place()
    return partial(bare.running, compiled, place.address, place.port)


def converse(board: bare.BareBoard, sent: bytes) -> bytes:
    """Send bytes; give all that comes back."""
    address = (board.address, board.port)
    with socket.create_connection(address, DEADLINE_SECONDS) as client:
        client.sendall(sent)
        return client.recv(1 << 20, socket.MSG_WAITALL)


def get(board: bare.BareBoard, path: str = "/") -> Answer:
    """Ask for a path until the board is not busy."""
    ends_at = time.monotonic() + DEADLINE_SECONDS
    while time.monotonic() < ends_at:
        answer = parse(converse(board, f"GET {path} HTTP/1.1\r\n\r\n".encode()))
        if not is_busy(answer):
            return answer
        time.sleep(0.01)
    raise AssertionError("it is busy for ever")


def ask(board: bare.BareBoard, path: str, times: int, connections: int = 1) -> None:
    """Ask so often on each of some connections; every answer has to be a 200."""
    words = (board.address, str(board.port), path, str(times))
    clients = [
        subprocess.Popen([*HAMMER, *words], stdout=subprocess.PIPE)
        for _ in range(connections)
    ]
    counts = [json.loads(client.communicate()[0]) for client in clients]
    assert counts == [[times, 0]] * connections


def looks(board: bare.BareBoard, look: str) -> list[int]:
    """Give all that the spy has told so far."""
    return [int(number) for number in re.findall(rf"spy {look}=(\d+)", board.output())]
