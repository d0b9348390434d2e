"""In: commands about a board that send no program. Out: what they do and print."""

import contextlib

import click
from rich.console import Console

from . import options
from .board.look import identify
from .board.reach import Reach
from .board.session import Session
from .doctor import doctor as doctors
from .doctor import finding
from .errors import FlashError, Kind
from .planning import program as programs
from .telling import Telling
from .usb import listing
from .watch import logs as followed


@click.command("list", short_help="Show the boards on USB and their state.")
@options.board
@options.as_json
def list_boards(reach: Reach, is_json: bool) -> None:
    """Show the boards on USB, what runs on each, and what keeps one from being used.

    A board with MicroPython is asked, for which its program is started anew.
    """
    rows = listing.rows(reach.boards(), _identity)
    console = Console(highlight=False, soft_wrap=True)
    if is_json:
        options.print_json(listing.as_json(rows))
    elif console.is_terminal:
        console.print(listing.table(rows))
    else:
        click.echo("\n".join(listing.lines(rows)))


@click.command(short_help="Follow what a board prints, through resets.")
@options.board
def logs(reach: Reach) -> None:
    """Follow what a board prints, with times, through resets, until Ctrl-C."""
    port = reach.port()
    with contextlib.suppress(KeyboardInterrupt), reach.log() as log:
        click.echo(f"-- {port}, until Ctrl-C --", err=True)
        followed.follow(log, click.echo)


@click.command(short_help="Start a board anew.")
@options.board
def reset(reach: Reach) -> None:
    """Start a board anew, as its button would."""
    reach.session().reset()
    click.echo("the board starts anew")


@click.command(short_help="Remove all files from a board; asks first.")
@options.board
@options.yes
def erase(reach: Reach, says_yes: bool) -> None:
    """Remove all files from a board, its settings too; asks first."""
    telling = Telling(says_yes=says_yes)
    port = reach.port()
    question = f"Remove every file from the board at {port}, its settings too?"
    if not telling.agrees(question):
        raise FlashError(Kind.NOT_AGREED, "nothing is removed")
    with reach.session() as session:
        session.call("wipe")
    telling.say("nothing but MicroPython is on the board; picotemp-flash begins anew")


@click.command(short_help="Find the first thing that is wrong.")
@options.board
@options.as_json
def doctor(reach: Reach, is_json: bool) -> int:
    """Look from the cable to the reading for the first thing that is wrong.

    It interrupts the board's program and starts it anew; nothing on it is changed. The
    exit code is that of the first thing that is wrong.
    """
    tell = (lambda _: None) if is_json else click.echo
    around = doctors.Surroundings(reach, programs.build())
    findings = doctors.examine(around, tell)
    if is_json:
        options.print_json(finding.as_json(findings))
    else:
        click.echo(finding.conclusion(findings))
    return finding.exit_code(findings)


COMMANDS = (list_boards, doctor, logs, reset, erase)


def _identity(port: str) -> tuple[str, str, str]:
    with Session(port) as session:
        identity = identify(session)
    return identity.version_text, identity.machine, identity.unique_id
