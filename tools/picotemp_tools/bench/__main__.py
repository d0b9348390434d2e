"""In: names of benchmarks (all without any). Out: lines of JSON, then a table.

No figure is a test.

The exit code says only whether they ran: 1 where two sides gave different answers, or
a part of the measurement is missing.
"""

import asyncio
import json
import sys
import tomllib
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import asdict
from importlib import resources

from rich.console import Console
from rich.table import Table

from ..errors import ToolError
from . import (
    board_requests,
    collector_cpu,
    collector_start,
    fleet,
    memory,
    metrics_requests,
    metrics_text,
    poll,
    probe_requests,
)
from .measure import Figure, VoidError

# Of one that gives several figures each has a goal of its own, NAME_FIGURE.
Measured = Figure | Mapping[str, Figure]
BENCHMARKS: dict[str, Callable[[], Awaitable[Measured]]] = {
    "board_root_3": board_requests.root_3,
    "board_root_1": board_requests.root_1,
    "board_info": board_requests.info,
    "collector_cpu": collector_cpu.figure,
    "start": collector_start.first_scrape,
    "start_dead": collector_start.dead_devices,
    "memory_per_device": memory.per_device,
    "memory_one_device": memory.one_device,
    "poll_cpu": poll.cpu,
    "poll_cpu_uvloop": poll.cpu_uvloop,
    "poll_cpu_asyncio": poll.cpu_asyncio,
    "poll_latency": poll.latency,
    "metrics_text": metrics_text.plain,
    "metrics_gzip": metrics_text.gzip_standard,
    "metrics_isal": metrics_text.gzip_isal,
    "metrics_blackbox": metrics_requests.blackbox,
    "metrics_on_scrape": metrics_requests.on_scrape,
    "probe_cold": probe_requests.cold,
    "probe_warm": probe_requests.warm,
    "fleet": fleet.healthy,
    "fleet_faulty": fleet.faulty,
}
# Of less than so many the part behind the point counts too.
SHOWN_WHOLE = 10
# From so many on, seconds are shown in thousandths.
MILLISECONDS_FROM = 0.01
BYTES_PER_MEGABYTE = 1e6
BYTES_PER_KIB = 1024


async def main(names: list[str]) -> int:
    """Run the chosen benchmarks and print their table."""
    unknown = [name for name in names if name not in BENCHMARKS]
    if unknown:
        print(f"no benchmark {unknown[0]}; there are: {', '.join(BENCHMARKS)}")
        return 2
    goals = tomllib.loads(
        resources.files(__package__).joinpath("goals.toml").read_text()
    )
    table = Table(title="medians of interleaved rounds", title_justify="left")
    for heading in ("figure", "ours", "peer", "ratio", "goal", ""):
        table.add_column(heading)
    exit_code = 0
    for name in names or BENCHMARKS:
        print(f"measuring {name} ...", file=sys.stderr)
        try:
            for full_name, figure in named(name, await BENCHMARKS[name]()).items():
                print(line(full_name, figure, goals[full_name]))
                table.add_row(*row(figure, goals[full_name]))
        except VoidError as error:
            print(f"{name} is void: {error}", file=sys.stderr)
            exit_code = 1
        except ToolError as error:
            print(f"{name} could not be measured: {error}", file=sys.stderr)
            exit_code = 1
    Console(width=100).print(table)
    return exit_code


def line(name: str, figure: Figure, goal: dict[str, object]) -> str:
    """Give a figure and its goal as one line for programs."""
    return json.dumps({"name": name, **asdict(figure), "goal": goal})


def named(name: str, measured: Measured) -> dict[str, Figure]:
    """Give each figure of a benchmark with its whole name."""
    if isinstance(measured, Figure):
        return {name: measured}
    return {f"{name}_{part}": figure for part, figure in measured.items()}


def row(figure: Figure, goal: dict[str, object]) -> tuple[str, ...]:
    """Give a figure beside its goal, which has one of four limits.

    `at_most`, or `at_least` where more is better, is of the ratio; `ours_at_most` and
    `ours_at_least` are of our side alone.
    """
    (key,) = goal.keys() - {"title", "peer"}
    limit, is_most = float(str(goal[key])), key.endswith("at_most")
    held = figure.ours if key.startswith("ours_") else figure.ratio
    if held is None:
        raise VoidError("there is no ratio")
    shown_limit = _shown(limit, figure.unit) if key.startswith("ours_") else f"{limit}"
    return (
        f"{goal['title']}\nbeside {goal['peer']}"
        if "peer" in goal
        else str(goal["title"]),
        _shown(figure.ours, figure.unit),
        "" if figure.peer is None else _shown(figure.peer, figure.unit),
        "" if figure.ratio is None else f"{figure.ratio:.2f}",
        f"{'≤' if is_most else '≥'} {shown_limit}",
        "met" if (held <= limit if is_most else held >= limit) else "not met",
    )


def _shown(value: float, unit: str) -> str:
    if unit == "B":
        if value >= BYTES_PER_MEGABYTE:
            return f"{value / BYTES_PER_MEGABYTE:.1f} MB"
        return f"{value / BYTES_PER_KIB:.2f} KiB"
    if unit == "1":
        return f"{value:.3%}"
    if unit == "s":
        milliseconds = f"{value * 1e3:.0f} ms"
        return milliseconds if value >= MILLISECONDS_FROM else f"{value * 1e6:.0f} µs"
    return f"{value:.0f} {unit}" if value >= SHOWN_WHOLE else f"{value:.2f} {unit}"


if __name__ == "__main__":
    sys.exit(asyncio.run(main(sys.argv[1:])))
