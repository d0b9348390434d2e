"""In: `picotemp-flash settings`, `backup`, `restore`. Out: shown, changed, or kept."""

import os
from itertools import chain, repeat
from pathlib import Path

import click

from . import options
from .board.reach import Reach
from .board.session import Session
from .settings import backup as settings_backup
from .settings import verbs
from .settings.questions import Given, Terminal


@click.group(short_help="Show or change a board's settings.")
def settings() -> None:
    """Show or change a board's settings; the Wi-Fi password is never shown.

    They are checked here by the very rules of the board, and changed all or none. A
    board starts anew after a change.
    """


@settings.command()
@options.board
@click.argument("key", required=False)
@options.as_json
def get(reach: Reach, key: str | None, is_json: bool) -> None:
    """Show all settings, or that of KEY."""
    with reach.session() as board:
        verbs.get(board, key, is_json, click.echo)


@settings.command("set")
@options.board
@options.password_file
@click.argument("words", nargs=-1, required=True, metavar="KEY=VALUE...")
def change(reach: Reach, password_file: str | None, words: tuple[str, ...]) -> None:
    """Change settings; a KEY alone asks for its value, KEY= gives the default back.

    The password is asked for (`settings set password`), or taken from
    PICOTEMP_WIFI_PASSWORD or --password-file.
    """
    given = Given(os.environ, password_file)
    changed = verbs.changes(words, given, Terminal())
    with reach.session() as board:
        verbs.change(board, changed, click.echo)


@settings.command()
@options.board
def edit(reach: Reach) -> None:
    """Edit all settings in $EDITOR."""
    # What keeps the first one from being is told at once.
    sessions = chain([reach.session], repeat(reach.session_again))

    def reached() -> Session:
        return next(sessions)()

    verbs.edit(reached, Terminal(), click.echo)


@click.command(short_help="Write a board's settings to a file.")
@options.board
@click.option("--force", "is_forced", is_flag=True, help="Replace FILE if it is there.")
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
def backup(reach: Reach, is_forced: bool, file: Path) -> None:
    """Write a board's settings to FILE, the password too; only you can read it."""
    with reach.session() as board:
        settings_backup.backup(board, file, is_forced, click.echo)


@click.command(short_help="Put settings from a file on a board.")
@options.board
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
def restore(reach: Reach, file: Path) -> None:
    """Put the settings in FILE on a board."""
    with reach.session() as board:
        settings_backup.restore(board, file, click.echo)


COMMANDS = (settings, backup, restore)
