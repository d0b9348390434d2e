"""In: figures and goals. Out: the right verdict; and both sides say the same."""

import asyncio
import json
import os
import tomllib
from collections.abc import Callable
from importlib import resources
from pathlib import Path

import pytest

from picotemp_tools import bench
from picotemp_tools.bench import __main__ as table
from picotemp_tools.bench import board_requests, wrk
from picotemp_tools.bench.measure import Figure, VoidError, interleaved
from picotemp_tools.emulator import Place
from picotemp_tools.errors import ToolError
from real_servers import program

AT_MOST = {"title": "seconds", "peer": "another", "at_most": 2.0}
AT_LEAST = {"title": "requests", "peer": "another", "at_least": 4.0}


@pytest.mark.parametrize(
    ("goal", "ratio", "verdict"),
    [
        (AT_MOST, 2.0, "met"),
        (AT_MOST, 2.1, "not met"),
        (AT_MOST, 0.1, "met"),
        (AT_LEAST, 4.0, "met"),
        (AT_LEAST, 3.9, "not met"),
        (AT_LEAST, 9.0, "met"),
    ],
)
def test_a_goal_has_its_direction(
    goal: dict[str, object], ratio: float, verdict: str
) -> None:
    assert table.row(Figure(1.0, 1.0, ratio), goal)[-1] == verdict


def test_requests_a_second_are_shown_as_such() -> None:
    assert table.row(Figure(8000.4, 2000.0, 4.0, "/s"), AT_LEAST)[1] == "8000 /s"
    assert table.row(Figure(600.0, 1.5, 400.0, "/s"), AT_LEAST)[2] == "1.50 /s"
    assert table.row(Figure(0.00025, 0.001, 0.25), AT_MOST)[1] == "250 µs"


def test_a_figure_is_a_line_for_programs() -> None:
    line = table.line("root", Figure(8.0, 2.0, 4.0, "/s"), AT_LEAST)
    assert json.loads(line) == {
        "name": "root",
        "ours": 8.0,
        "peer": 2.0,
        "ratio": 4.0,
        "unit": "/s",
        "goal": AT_LEAST,
    }


OURS_AT_MOST = {"title": "seconds", "ours_at_most": 0.5}
OURS_AT_LEAST = {"title": "of all", "peer": "another", "ours_at_least": 0.9995}


@pytest.mark.parametrize(
    ("goal", "figure", "shown"),
    [
        (OURS_AT_MOST, Figure(0.5), ("500 ms", "", "", "≤ 500 ms", "met")),
        (OURS_AT_MOST, Figure(0.501), ("501 ms", "", "", "≤ 500 ms", "not met")),
        (
            OURS_AT_LEAST,
            Figure(0.9995, 0.5, unit="1"),
            ("99.950%", "50.000%", "", "≥ 99.950%", "met"),
        ),
        (
            OURS_AT_LEAST,
            Figure(0.9994, unit="1"),
            ("99.940%", "", "", "≥ 99.950%", "not met"),
        ),
        (
            {"title": "bytes", "ours_at_most": 6144},
            Figure(5000.0, 4000.0, 1.25, "B"),
            ("4.88 KiB", "3.91 KiB", "1.25", "≤ 6.00 KiB", "met"),
        ),
    ],
)
def test_a_limit_may_be_of_ours_alone(
    goal: dict[str, object], figure: Figure, shown: tuple[str, ...]
) -> None:
    assert table.row(figure, goal)[1:] == shown


def test_every_goal_is_of_a_benchmark_and_has_one_limit() -> None:
    text = resources.files(bench).joinpath("goals.toml").read_text()
    goals = tomllib.loads(text)
    for benchmark in table.BENCHMARKS:
        assert any(goal.startswith(benchmark) for goal in goals), benchmark
    for name, goal in goals.items():
        assert any(name.startswith(benchmark) for benchmark in table.BENCHMARKS), name
        (limit,) = goal.keys() - {"title", "peer"}
        assert limit.removeprefix("ours_") in ("at_most", "at_least")
        assert "peer" in goal or limit.startswith("ours_")


async def test_the_medians_are_of_interleaved_rounds() -> None:
    order: list[str] = []
    ours, peer = iter([4.0, 2.0, 9.0]), iter([1.0, 2.0, 3.0])

    async def our_round() -> float:
        order.append("ours")
        return next(ours)

    async def peer_round() -> float:
        order.append("peer")
        return next(peer)

    figure = await interleaved(our_round, peer_round, rounds=3)
    assert order == ["ours", "peer"] * 3
    assert (figure.ours, figure.peer, figure.ratio) == (4.0, 2.0, 3.0)


async def test_a_void_benchmark_is_a_failure(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    async def void() -> Figure:
        raise VoidError("the answers differ")

    monkeypatch.setitem(table.BENCHMARKS, "board_root_1", void)
    assert await table.main(["board_root_1"]) == 1
    assert "board_root_1 is void: the answers differ" in capsys.readouterr().err


@pytest.fixture
def own_places(new_place: Callable[[], Place], monkeypatch: pytest.MonkeyPatch) -> None:
    """Let boards run where no other test has theirs."""
    for name in ("OURS", "PEER"):
        monkeypatch.setattr(board_requests, name, new_place().address)


@pytest.fixture
def short_rounds(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let wrk be found, and one round be enough."""
    monkeypatch.setenv("PATH", str(Path(program("wrk")).parent), prepend=os.pathsep)
    monkeypatch.setattr(board_requests, "ROUNDS", 1)


@pytest.mark.usefixtures("own_places", "short_rounds")
async def test_the_firmware_and_plain_microdot_tell_the_same() -> None:
    for benchmark in (board_requests.root_1, board_requests.info):
        async with asyncio.timeout(60):
            figure = await benchmark()
        assert figure.unit == "/s"
        assert bool(figure.ours and figure.peer)


@pytest.mark.usefixtures("own_places")
async def test_answers_that_differ_make_it_void(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(board_requests, "OF_THE_MOMENT", {"id"})
    with pytest.raises(VoidError, match="of /info ours tells"):
        await board_requests.root_1()


REPORT = """Running 1s test @ http://127.0.0.1:8080/
  1 threads and 3 connections
  Thread Stats   Avg      Stdev     Max   +/- Stdev
    Latency   298.01us  803.76us  12.80ms   95.17%
  12345 requests in 1.00s, 8.98MB read
"""
RATE = "Requests/sec:  12794.18\nTransfer/sec:      1.79MB\n"


@pytest.mark.parametrize(
    ("lines", "problems"),
    [
        ("", ""),
        ("  Non-2xx or 3xx responses: 9\n", "Non-2xx or 3xx responses: 9"),
        (
            "  Socket errors: connect 0, read 1, write 0, timeout 0\n",
            "Socket errors: connect 0, read 1, write 0, timeout 0",
        ),
    ],
)
def test_what_wrk_disliked_is_seen(lines: str, problems: str) -> None:
    assert wrk.parse(REPORT + lines + RATE) == (12794.18, problems)


def test_a_wrk_that_fails_is_told() -> None:
    with pytest.raises(ToolError, match="wrk failed: unable to connect"):
        wrk.parse("unable to connect to 127.0.0.1:1 Connection refused\n")
    with pytest.raises(ToolError, match="wrk failed"):
        wrk.parse(REPORT + RATE, 1)


async def test_without_wrk_it_is_said_what_is_missing(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("PATH", "")

    async def measured() -> Figure:
        await wrk.run("http://127.0.0.1:1/", 1, 1, 0)
        raise AssertionError("it went on without wrk")

    monkeypatch.setitem(table.BENCHMARKS, "board_root_1", measured)
    assert await table.main(["board_root_1"]) == 1
    error = capsys.readouterr().err
    assert "board_root_1 could not be measured: wrk is not on PATH" in error
