"""In: a board, the words of `settings get`, `set`, `edit`. Out: shown, or changed.

The password is never shown, nor is any value that was given.
"""

import difflib
import json
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from pathlib import Path

import click

from picotemp.settings import DEFAULTS

from ..errors import FlashError, Kind
from .editor import open_editor, private_file
from .questions import Asker, Given, answer
from .stored import (
    PATH,
    REMEDY,
    Board,
    Values,
    decode,
    encode,
    load,
    problem,
    problems,
    save,
    value_of,
)

Say = Callable[[str], None]
Reach = Callable[[], AbstractContextManager[Board]]

ON_COMMAND_LINE = (
    "the password is never given on the command line, where `ps` shows it: use "
    "`settings set password`, which asks, PICOTEMP_WIFI_PASSWORD, or "
    "--password-file FILE"
)
# What has to be there for a board that has no settings.
BLANK: Values = {"ssid": "", "password": ""}


def get(board: Board, key: str | None, is_json: bool, say: Say) -> None:
    """Show all settings, or one."""
    if key is not None:
        _check_showable(key)
    settings = load(board) or {}
    if key is not None:
        value = _good(key, settings)
        say(json.dumps(value) if is_json else str(value))
    elif is_json:
        say(json.dumps(_as_json(settings)))
    else:
        for line in _as_lines(settings):
            say(line)


def changes(words: Sequence[str], given: Given, asker: Asker) -> Values:
    """Give what KEY=VALUE and KEY mean; None is the default again. A KEY alone asks.

    All wrong words at once; no board is needed, so none waits for an answer.
    """
    wrong = [_wrong(number, word) for number, word in enumerate(words, 1)]
    if any(wrong):
        raise click.UsageError("\n".join([line for line in wrong if line]))
    changed: Values = {}
    for word in words:
        key, is_given, text = word.partition("=")
        text = text if is_given else answer(key, given, asker)
        is_default = not text and not isinstance(DEFAULTS[key], str)
        changed[key] = None if is_default else value_of(key, text)
    return changed


def change(board: Board, changed: Values, say: Say) -> bool:
    """Change settings, all or none; tell whether anything is another now."""
    old = load(board)
    if old is None and "ssid" not in changed:
        text = "the board has no settings yet: set ssid and password too, or run "
        raise FlashError(Kind.BAD_SETTINGS, text + "picotemp-flash, which asks")
    new = {
        key: value
        for key, value in ((old or {}) | changed).items()
        if value is not None
    }
    if new == old:
        say("nothing to change: the board has these settings")
        return False
    save(board, new)
    say(f"changed: {', '.join(changed)}")
    return True


def edit(
    reach: Reach, asker: Asker, say: Say, edited: Callable[[Path], None] = open_editor
) -> bool:
    """Let the user edit the settings until they are good; tell whether they changed.

    The board is reached twice, and serves while the editor is open.
    """
    if not asker.is_there():
        # An editor without a terminal writes what it is given to wherever it can.
        text = "there is nobody to edit: use settings set, or a terminal"
        raise FlashError(Kind.NOT_AGREED, text)
    with reach() as board:
        content = board.read(PATH)
    offered = _offered(content)
    with private_file("settings.json", offered) as file:
        while True:
            edited(file)
            typed = file.read_bytes() if file.exists() else offered
            if typed == offered:
                say("unchanged: nothing was written")
                return False
            try:
                return _accept(typed, content, reach, say)
            except FlashError as error:
                say(str(error))
            if not asker.agree("Edit again? (no: nothing changes)"):
                text = "given up: the settings on the board are the old ones"
                raise FlashError(Kind.NOT_AGREED, text)


def _accept(typed: bytes, content: bytes | None, reach: Reach, say: Say) -> bool:
    settings = decode(typed, "what you wrote", "every key in quotes, commas between")
    if encode(settings) == content:
        say("unchanged: nothing was written")
        return False
    wrong = problems(settings)
    if wrong:
        raise FlashError(Kind.BAD_SETTINGS, "\n".join(wrong))
    with reach() as board:
        save(board, settings)
    say("changed")
    return True


def _offered(content: bytes | None) -> bytes:
    if content is None:
        settings = BLANK
    else:
        try:
            settings = decode(content, PATH, REMEDY)
        except FlashError:
            return content  # spoilt: for the user to mend
    return json.dumps(settings, ensure_ascii=False, indent=2).encode() + b"\n"


def _check_showable(key: str) -> None:
    if key == "password":
        text = "the password is never shown; `settings get` says whether there is one"
        raise click.UsageError(text)
    if key not in DEFAULTS:
        raise click.UsageError(f"{key}: {_no_such(key)}")


def _good(key: str, settings: Values) -> object:
    value = settings.get(key, DEFAULTS[key])
    wrong = problem(key, value) if key in settings else None
    if wrong:
        raise FlashError(Kind.BAD_SETTINGS, f"{wrong}: {REMEDY}")
    return value


def _wrong(number: int, word: str) -> str | None:
    key, is_given, _ = word.partition("=")
    if key == "password" and is_given:
        return f"password: {ON_COMMAND_LINE}"
    if key in DEFAULTS:
        return None
    # What does not look like a key may be a password in the wrong place.
    is_shown = is_given and _closest(key)
    return f"{key if is_shown else f'argument {number}'}: {_no_such(key)}"


def _no_such(key: str) -> str:
    meant = f", did you mean {_closest(key)}?" if _closest(key) else ""
    return f"no such setting{meant} (there are: {', '.join(DEFAULTS)})"


def _closest(key: str) -> str:
    return "".join(difflib.get_close_matches(key.lower(), DEFAULTS, 1))


def _as_json(settings: Values) -> Values:
    shown = {key: value for key, value, _ in _shown(settings) if key != "password"}
    return {
        "settings": shown,
        "has_password": bool(settings.get("password")),
        "chosen": [key for key in DEFAULTS if key in settings],
        "problems": problems(settings),
    }


def _as_lines(settings: Values) -> list[str]:
    lines = []
    for key, value, is_default in _shown(settings):
        text = "(not good)" if value is None else str(value)
        text = text if text.isprintable() else json.dumps(text)
        lines.append(f"{key} = {text}{'  (default)' if is_default else ''}")
    return lines + [f"not good: {line}" for line in problems(settings)]


def _shown(settings: Values) -> list[tuple[str, object, bool]]:
    # A value of the wrong kind could hold anything, so it is not shown.
    wrong = {line.partition(":")[0] for line in problems(settings)}
    shown: list[tuple[str, object, bool]] = []
    for key, default in DEFAULTS.items():
        value = settings.get(key, default)
        if key == "password":
            value = "(set)" if value else "(none)"
        is_bad = key in wrong and key in settings
        shown.append((key, None if is_bad else value, key not in settings))
    return shown
