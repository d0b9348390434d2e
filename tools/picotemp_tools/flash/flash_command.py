"""In: `picotemp-flash`, its options. Out: a board with picotemp, told as it happens."""

import functools
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import click

from . import options, plan_text
from .board.executor import Orders, meter
from .board.reach import Reach
from .errors import FlashError, Kind
from .flashing import FLASHED, PLANNED, Flashing, Outcome
from .planning import program as programs
from .settings import stored as board_settings
from .settings.questions import Given, Terminal, ask
from .telling import Telling
from .usb import bootloader
from .usb.ports import Board, State
from .watch import http_answer
from .watch.http_answer import NoAnswerError


@click.command(short_help="Bring a board up to date (the default).")
@options.board
@click.option("--dry-run", "is_dry_run", is_flag=True, help="Show the plan, no more.")
@click.option(
    "--no-compile",
    "is_source",
    is_flag=True,
    help="Send .py instead of .mpy: line numbers in tracebacks, slower starts.",
)
@click.option(
    "--uf2",
    type=click.Path(path_type=Path, dir_okay=False),
    help="Put this MicroPython on a board in bootloader mode first.",
)
@options.password_file
@options.yes
@options.as_json
def flash(
    reach: Reach,
    is_dry_run: bool,
    is_source: bool,
    uf2: Path | None,
    password_file: str | None,
    says_yes: bool,
    is_json: bool,
) -> int:
    """Bring a board up to date; this is what no subcommand means.

    The first time it asks for the network's name and password, or takes them from
    PICOTEMP_WIFI_SSID, PICOTEMP_WIFI_PASSWORD or --password-file. Settings that are on
    the board stay. Exit codes: see `picotemp-flash --help`.
    """
    telling = Telling(is_json=is_json, says_yes=says_yes)
    program = programs.build(is_compiled=not is_source)
    if uf2:
        _install(uf2, reach, telling)

    # Asked once, however often the board goes away meanwhile.
    answers = functools.cache(lambda: ask(Given(os.environ, password_file), Terminal()))

    problems: list[str] = []

    def settle(orders: Orders) -> None:
        problems[:] = _settle(orders, telling, answers)

    outcome = Flashing(program, reach, telling, settle, is_dry_run).run()
    told = _read(outcome)
    told["notes"] += [f"not good in its settings: {it}" for it in problems]
    if is_json:
        options.print_json(told)
    else:
        _tell(outcome, told, telling)
    return int(Kind.BAD_SETTINGS) if problems else 0


def _install(
    uf2: Path,
    reach: Reach,
    telling: Telling,
    install: Callable[..., Board] = bootloader.install,
) -> None:
    board = reach.board()
    _, image = bootloader.read(uf2, board.chip)
    if board.state is not State.BOOTLOADER:
        text = f"{board} runs already, so {uf2} is not put on it: leave out --uf2; or, "
        text += "for another MicroPython, hold BOOTSEL while plugging the board in"
        raise FlashError(Kind.BOOTLOADER_MODE, text)
    telling.say(f"MicroPython {image.version} for {image.board} goes on the board")
    size_bytes = uf2.stat().st_size
    with telling.progress(size_bytes) as progress:
        progress.file(uf2.name, size_bytes)
        reach.take(install(board, uf2, reach.boards, meter(progress)))


def _settle(
    orders: Orders, telling: Telling, answers: Callable[[], dict[str, object]]
) -> list[str]:
    """See to it that there are settings; give what is wrong with them."""
    try:
        found = board_settings.load(orders)
    except FlashError as error:
        if error.kind is not Kind.BAD_SETTINGS:
            raise
        return [str(error)]
    if found is not None:
        return board_settings.problems(found)
    board_settings.save(orders, answers())
    telling.say("the settings are on the board")
    return []


def _read(outcome: Outcome) -> dict[str, Any]:
    arrival = outcome.arrival
    told: dict[str, Any] = {
        "result": outcome.result.replace(" ", "_"),
        "version": outcome.version,
        "folder": outcome.folder,
        "sent_bytes": outcome.sent_bytes,
        "url": None,
        "celsius": None,
        "notes": list(arrival.notes) if arrival else [],
        "leftovers": list(outcome.leftovers),
        "plan": plan_text.as_json(outcome.plan),
    }
    if arrival and arrival.address and arrival.port:
        told["url"] = http_answer.url(arrival.address, arrival.port)
        try:
            reading = http_answer.reading(arrival.address, arrival.port)
            told["celsius"] = reading.celsius
        except NoAnswerError as error:
            if not arrival.notes:
                told["notes"].append(f"no reading yet: {error}")
    return told


def _tell(outcome: Outcome, told: dict[str, Any], telling: Telling) -> None:
    name = f"picotemp {outcome.version}"
    if outcome.result == PLANNED and outcome.plan.is_empty:
        telling.say(f"up to date: {name} ({outcome.folder}); a dry run changes nothing")
    elif outcome.result == PLANNED:
        telling.say("nothing is done: this was a dry run")
    elif outcome.result == FLASHED:
        celsius = told["celsius"]
        url = told["url"]
        if celsius is not None:
            telling.say(f"{name} serves {celsius:.2f} °C at {url}")
        else:
            telling.say(f"{name} runs" + (f"; its address is {url}" if url else ""))
    else:
        telling.say(f"up to date: {name} ({outcome.folder})")
    for note in told["notes"]:
        telling.say(f"note: {note}")
    if outcome.leftovers:
        paths = ", ".join(outcome.leftovers)
        telling.say(f"note: left by a plain copy, unused: {paths} (--yes removes it)")
