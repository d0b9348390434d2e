"""In: a test worker. Out: a loopback network that no other run of tests uses now."""

import itertools
import socket
from collections.abc import Callable, Iterator

import pytest

from picotemp_tools.emulator import Place

NETWORKS = range(40, 250)
LOCK_PORT = 1024


@pytest.fixture(scope="session")
def new_place() -> Iterator[Callable[[], Place]]:
    """Give a place no other test has: 127.N.x.y, N held while this run lasts."""
    with socket.socket() as lock:
        network = next(number for number in NETWORKS if _is_locked(lock, number))
        numbers = itertools.count(2)

        def new() -> Place:
            number = next(numbers)
            address = f"127.{network}.{number // 250}.{number % 250 + 1}"
            return Place("picotemp", address, 8080)

        yield new


def _is_locked(lock: socket.socket, network: int) -> bool:
    try:
        lock.bind((f"127.{network}.255.254", LOCK_PORT))
    except OSError:
        return False
    return True
