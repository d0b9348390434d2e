"""In: the command line. Out: the smoke test's table and exit code."""

import asyncio
import signal
import sys
from collections.abc import Coroutine
from pathlib import Path

import click

from ..extra import require_extra

PROGRAM = "python -m picotemp_tools.smoke"
MISSING, STOPPED = 2, 130
STOPPING = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
EPILOG = """\b
Exit codes:
  0    every check passed
  1    a check failed; the table says what was seen
  2    something that is needed is missing (stderr says how to get it), or wrong use
  130  stopped by Ctrl-C or another signal
"""


@click.command(
    epilog=EPILOG,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 90},
)
@click.option(
    "--alerting",
    type=click.Path(path_type=Path),
    help="The folder with recording.yml, alerts.yml and alertmanager.yml."
    "  [default: collector/deploy/alerting of the checkout]",
)
@click.option(
    "--divisor",
    type=click.IntRange(min=1),
    default=30,
    show_default=True,
    help="Divide the rules' durations, and nothing else of them.",
)
@click.option(
    "--address", help="Of loopback, where all of it runs.  [default: a free one]"
)
def main(alerting: Path | None, divisor: int, address: str | None) -> None:
    """See in less than a minute whether readings become alerts, and alerts end.

    Runs emulated boards, the collector, Prometheus and (where there is one)
    Alertmanager, with the rules as they are shipped; asks what the runbook asks:
    connectivity, freshness, latency, a reload, an alert, the recovery. Ends all of it.

    Prometheus and Alertmanager are taken from .cache/servers/usr/bin, where make
    unpacks them, or from PATH. Nothing that runs already is touched.
    """
    # Only here: whoever lacks the extra gets its remedy, and --help is quick.
    from rich.console import Console

    from .programs import MissingError
    from .shipped import CHECKOUT
    from .smoke import Wanted, smoke

    wanted = Wanted(alerting or CHECKOUT, divisor, address)
    try:
        sys.exit(asyncio.run(_until_stopped(smoke(wanted, Console()))))
    except MissingError as error:
        print(f"smoke: {error}", file=sys.stderr)
        sys.exit(MISSING)
    except asyncio.CancelledError:
        sys.exit(STOPPED)


async def _until_stopped(job: Coroutine[None, None, int]) -> int:
    task = asyncio.ensure_future(job)

    def stop() -> None:
        # Once: a second one would break the end of what runs.
        if not task.cancelling():
            task.cancel()

    for number in STOPPING:
        asyncio.get_running_loop().add_signal_handler(number, stop)
    return await task


if __name__ == "__main__":
    require_extra(PROGRAM)
    main(prog_name=PROGRAM)
