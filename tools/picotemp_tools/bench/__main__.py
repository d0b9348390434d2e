"""In: names of benchmarks (all without any). Out: a table; no figure is a test."""

import asyncio
import sys
import tomllib
from collections.abc import Awaitable, Callable
from importlib import resources

from rich.console import Console
from rich.table import Table

from . import board_cpu, collector_cpu, collector_start
from .measure import Figure

BENCHMARKS: dict[str, Callable[[], Awaitable[Figure]]] = {
    "board_cpu": board_cpu.figure,
    "collector_cpu": collector_cpu.figure,
    "collector_start": collector_start.figure,
}


async def main(names: list[str]) -> int:
    """Run the chosen benchmarks; the exit code says only whether they ran."""
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
    for name in names or BENCHMARKS:
        print(f"measuring {name} ...", file=sys.stderr)
        table.add_row(*_row(await BENCHMARKS[name](), goals[name]))
    Console(width=100).print(table)
    return 0


def _row(figure: Figure, goal: dict[str, object]) -> tuple[str, ...]:
    limit = float(str(goal["goal"]))
    return (
        f"{goal['title']}\nbeside {goal['peer']}",
        f"{figure.ours_seconds * 1e6:.0f} µs",
        f"{figure.peer_seconds * 1e6:.0f} µs",
        f"{figure.ratio:.2f}",
        f"≤ {limit}",
        "met" if figure.ratio <= limit else "not met",
    )


if __name__ == "__main__":
    sys.exit(asyncio.run(main(sys.argv[1:])))
