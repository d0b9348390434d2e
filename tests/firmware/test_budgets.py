"""In: the whole firmware on the plain interpreter. Out: what it may cost, counted."""

from itertools import pairwise
from pathlib import Path
from statistics import median

import pytest

from picotemp_tools import compiled_files

from .bare_board import (  # noqa: F401 two of them are fixtures
    NewBare,
    ask,
    compiled,
    get,
    looks,
    new_bare,
)

MOST_APPLICATION_BYTES = 32 * 1024
# On the 64-bit port; on the chip objects are half as wide. What the board is for has
# to fit into 128; an exposition is put together from many strings.
SERVING_HEAPS_KB = {"/": 128, "/info": 128, "/metrics": 136}
MOST_CALLS = 20
MOST_ALLOCATED_BYTES = 4096
REQUESTS = 100_000
SAMPLE_EVERY = 5_000
# Two requests may be open when it is looked at; a leak of a byte a request is more.
OPEN_BYTES = 6 * 1024


def test_the_application_fits(compiled: Path) -> None:  # noqa: F811
    size = compiled_files.application_bytes(compiled)
    print(f"all application .mpy: {size} bytes")
    assert size <= MOST_APPLICATION_BYTES


def test_a_request_costs_few_calls(new_bare: NewBare) -> None:  # noqa: F811
    with new_bare(look="calls") as board:
        ask(board, "/", 200)
        calls = between(looks(board, "calls")[-100:])
    print(f"stream and poll calls of one GET /: {median(calls)}")
    assert median(calls) <= MOST_CALLS


def test_a_request_allocates_little(new_bare: NewBare) -> None:  # noqa: F811
    with new_bare(look="allocated", heap_kb=16 * 1024) as board:
        ask(board, "/", 200)
        allocated = between(looks(board, "allocated")[-100:])
    print(f"bytes allocated for one GET /: {median(allocated)}")
    assert median(allocated) <= MOST_ALLOCATED_BYTES


@pytest.mark.parametrize("path", SERVING_HEAPS_KB)
def test_a_thousand_requests_fit_into_the_serving_heap(
    new_bare: NewBare,  # noqa: F811
    path: str,
) -> None:
    with new_bare(heap_kb=SERVING_HEAPS_KB[path]) as board:
        ask(board, path, 1_000 // 3 + 1, connections=3)
        assert get(board).json() == {"tempC": 27.04, "tempF": 80.68}
        assert "MemoryError" not in board.output()
        assert "Traceback" not in board.output()


def test_a_hundred_thousand_requests_leave_nothing_behind(
    new_bare: NewBare,  # noqa: F811
) -> None:
    with new_bare(look=str(SAMPLE_EVERY)) as board:
        ask(board, "/", REQUESTS // 4 + SAMPLE_EVERY, connections=3)
        ask(board, "/", REQUESTS // 4)
        free = looks(board, "free")
    assert len(free) >= REQUESTS // SAMPLE_EVERY
    early = min(free[:3])
    print(f"free after each {SAMPLE_EVERY} requests: {free}")
    assert min(free[-3:]) >= early - OPEN_BYTES, free


def between(numbers: list[int]) -> list[int]:
    """Give by how much each is more than the one before."""
    return [b - a for a, b in pairwise(numbers)]
