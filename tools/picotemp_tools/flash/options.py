"""In: words of the command line that several commands share. Out: what they mean."""

import functools
import json
from collections.abc import Callable
from typing import Any

import click

from .board.reach import Reach
from .usb.host import Host

Command = Callable[..., Any]


def board(command: Command) -> Command:
    """Let a command take the board that is meant; it gets `reach`."""
    number = click.option(
        "--serial-number", help="Its USB serial number, as `list` shows it."
    )
    port = click.option(
        "--port",
        envvar="PICOTEMP_FLASH_PORT",
        help="The board's serial port, say /dev/ttyACM0.  [default: the only board]",
    )

    @functools.wraps(command)
    def with_reach(
        *, port: str | None, serial_number: str | None, **rest: Any
    ) -> object:
        return command(reach=Reach(Host(), port, serial_number), **rest)

    return port(number(with_reach))


def as_json(command: Command) -> Command:
    """Let a command speak JSON; it gets `is_json`."""
    return click.option(
        "--json",
        "is_json",
        is_flag=True,
        help="Print one JSON document on stdout, errors too; the rest on stderr.",
    )(command)


def yes(command: Command) -> Command:
    """Let a command be agreed with beforehand; it gets `says_yes`."""
    return click.option(
        "--yes", "says_yes", is_flag=True, help="Answer every question with yes."
    )(command)


def password_file(command: Command) -> Command:
    """Let a command take the Wi-Fi password from a file; it gets its path, or None."""
    return click.option(
        "--password-file",
        metavar="FILE",
        help="Take the Wi-Fi password from the first line of FILE; - is stdin.",
    )(command)


def print_json(document: object) -> None:
    """Print the one document of a command."""
    click.echo(json.dumps(document, indent=2))
