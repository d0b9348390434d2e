"""In: names of benchmarks (all without any). Out: lines of JSON, then a table.

No figure is a test.

The exit code says only whether they ran: 1 where two sides gave different answers, or
a part of the measurement is missing.
"""

import asyncio
import json
import sys
import tomllib
from collections.abc import Awaitable, Callable
from dataclasses import asdict
from importlib import resources

from rich.console import Console
from rich.table import Table

from ..errors import ToolError
from . import (
    board_requests,
    collector_cpu,
    collector_start,
    metrics_requests,
    metrics_text,
    poll,
)
from .measure import Figure, VoidError

BENCHMARKS: dict[str, Callable[[], Awaitable[Figure]]] = {
    "board_root_3": board_requests.root_3,
    "board_root_1": board_requests.root_1,
    "board_info": board_requests.info,
    "collector_cpu": collector_cpu.figure,
    "collector_start": collector_start.figure,
    "poll_cpu": poll.cpu,
    "poll_cpu_uvloop": poll.cpu_uvloop,
    "poll_cpu_asyncio": poll.cpu_asyncio,
    "poll_latency": poll.latency,
    "metrics_text": metrics_text.plain,
    "metrics_gzip": metrics_text.gzip_standard,
    "metrics_isal": metrics_text.gzip_isal,
    "metrics_blackbox": metrics_requests.blackbox,
    "metrics_on_scrape": metrics_requests.on_scrape,
}
# Of less than so many the part behind the point counts too.
SHOWN_WHOLE = 10


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
            figure = await BENCHMARKS[name]()
            print(line(name, figure, goals[name]))
            table.add_row(*row(figure, goals[name]))
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


def row(figure: Figure, goal: dict[str, object]) -> tuple[str, ...]:
    """Give a figure beside its goal: `at_most`, or `at_least` where more is better."""
    is_most = "at_most" in goal
    limit = float(str(goal["at_most" if is_most else "at_least"]))
    is_met = figure.ratio <= limit if is_most else figure.ratio >= limit
    return (
        f"{goal['title']}\nbeside {goal['peer']}",
        _shown(figure.ours, figure.unit),
        _shown(figure.peer, figure.unit),
        f"{figure.ratio:.2f}",
        f"{'≤' if is_most else '≥'} {limit}",
        "met" if is_met else "not met",
    )


def _shown(value: float, unit: str) -> str:
    if unit != "/s":
        return f"{value * 1e6:.0f} µs"
    return f"{value:.0f} /s" if value >= SHOWN_WHOLE else f"{value:.2f} /s"


if __name__ == "__main__":
    sys.exit(asyncio.run(main(sys.argv[1:])))
