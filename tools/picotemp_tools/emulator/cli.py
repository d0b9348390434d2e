"""In: the command line of picotemp-emulator. Out: boards, or orders to running ones."""

import asyncio
import sys
from pathlib import Path

import click

import picotemp

from ..default_command import DefaultCommand
from ..errors import ToolError
from ..extra import require_extra
from .access_point import FAULTS as WIFI_FAULTS
from .control import default_path, order
from .die import ADC_FAULTS, HIGHEST_CODE
from .radio import LONGEST_DELAY_SECONDS
from .router import ANSWERING

EPILOG = """
Exit codes: 0 stopped as asked (or what COMMAND ended with); 1 could not run, the
reason is on stderr; 2 wrong use, or the `tools` extra is not installed.
"""


CONTROL = click.option(
    "--control",
    type=click.Path(path_type=Path),
    envvar="PICOTEMP_EMULATOR_CONTROL",
    help="Unix socket for orders to running boards.  [default: one for each user]",
)


@click.group(
    cls=DefaultCommand,
    default="run",
    epilog=EPILOG,
    context_settings={"help_option_names": ["-h", "--help"]},
)
@click.version_option(picotemp.__version__, prog_name="picotemp-emulator")
def emulator() -> None:
    """Emulated Pico Ws: real MicroPython runs the real firmware on loopback.

    Without a subcommand it runs boards (see `picotemp-emulator run --help`).
    """


@emulator.command(epilog=EPILOG)
@click.option(
    "--boards",
    default=1,
    show_default=True,
    type=click.IntRange(1, 250),
    help="How many.",
)
@click.option(
    "--address", default="127.0.0.2", show_default=True, help="Of the first board."
)
@click.option(
    "--port",
    default=8080,
    show_default=True,
    type=click.IntRange(1, 65535),
    help="Of HTTP.",
)
@click.option("--logs", is_flag=True, help="Show the boards' serial logs.")
@click.option(
    "--serial",
    "has_serial",
    is_flag=True,
    help="Give each board a serial port for mpremote, and a flash of blocks.",
)
@click.option(
    "--links",
    type=click.Path(path_type=Path, file_okay=False, exists=True),
    help="With --serial: a folder for names of the ports that stay the same.",
)
@click.option(
    "--empty",
    "is_empty",
    is_flag=True,
    help="With --serial: boards with MicroPython and nothing else.",
)
@CONTROL
@click.argument("command", nargs=-1, type=click.UNPROCESSED)
def run(
    boards: int,
    address: str,
    port: int,
    logs: bool,
    has_serial: bool,
    links: Path | None,
    is_empty: bool,
    control: Path | None,
    command: tuple[str, ...],
) -> None:
    """Run boards until Ctrl-C; with COMMAND, for as long as it runs.

    COMMAND finds the boards in PICO_SERVER_URL:

        picotemp-emulator --boards 3 -- picotemp-collector
    """
    # Only here: it needs the extra, whose lack main() reports, and time to load.
    from .run import Wanted, run_boards

    if (links or is_empty) and not has_serial:
        raise click.UsageError("--links and --empty need --serial")
    wanted = Wanted(
        boards,
        address,
        port,
        logs,
        control or default_path(),
        command,
        has_serial,
        links,
        is_empty,
    )
    sys.exit(asyncio.run(run_boards(wanted)))


@emulator.command("list", epilog=EPILOG)
@CONTROL
def list_boards(control: Path | None) -> None:
    """Show the running boards."""
    for board in order(control or default_path(), do="list"):
        _show(board)


@emulator.command("set", epilog=EPILOG)
@click.argument("board")
@click.option("--celsius", type=float, help="Pin the die's temperature.")
@click.option(
    "--code", type=click.IntRange(0, HIGHEST_CODE), help="Pin the ADC's code."
)
@click.option("--curve", is_flag=True, help="Unpin: the believable curve again.")
@click.option(
    "--adc",
    type=click.Choice(ADC_FAULTS),
    help="Break or mend the ADC; unbiased (the diode's bias off, about 410 °C) "
    "lasts until the program sets the ADC up anew.",
)
@click.option("--wifi", type=click.Choice(WIFI_FAULTS), help="Break or mend the link.")
@click.option(
    "--udp",
    type=click.Choice(list(ANSWERING)),
    help="Who beyond the access point answers datagrams.",
)
@click.option("--dhcp-address", help="Give the board another address by DHCP.")
@click.option(
    "--slow",
    "slow_seconds",
    type=click.FloatRange(0, LONGEST_DELAY_SECONDS),
    help="Delay answers (s).",
)
@click.option("--hang/--no-hang", "is_hung", default=None, help="Hang the program.")
@CONTROL
def set_world(board: str, control: Path | None, **world: object) -> None:
    """Change the world around a running BOARD."""
    chosen = {
        name: value
        for name, value in world.items()
        if value is not None and (name, value) != ("curve", False)
    }
    if not chosen:
        raise click.UsageError("nothing to set; see --help")
    _show(order(control or default_path(), do="change", board=board, world=chosen))


@emulator.command(epilog=EPILOG)
@click.argument("board")
@CONTROL
def reset(board: str, control: Path | None) -> None:
    """Press the reset button of a running BOARD."""
    _show(order(control or default_path(), do="reset", board=board))


@emulator.command(epilog=EPILOG)
@click.argument("board")
@click.argument("state", type=click.Choice(["on", "off"]))
@CONTROL
def power(board: str, state: str, control: Path | None) -> None:
    """Pull the plug of a running BOARD, or put it back."""
    _show(order(control or default_path(), do="power", board=board, state=state))


def main() -> None:
    """Run picotemp-emulator."""
    require_extra("picotemp-emulator")
    try:
        emulator(prog_name="picotemp-emulator")
    except ToolError as error:
        print(f"picotemp-emulator: {error}", file=sys.stderr)
        sys.exit(1)


def _show(board: dict[str, object]) -> None:
    port = f"  {board['serial']}" if board.get("serial") else ""
    click.echo("{name}  {url}  {state}  boots={boots}".format(**board) + port)
