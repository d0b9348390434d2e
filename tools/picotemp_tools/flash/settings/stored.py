"""In: a board, or a file of its settings. Out: the settings; new ones in their place.

What is good is judged by the board's own rules. Nothing of a file is ever repeated:
the password is in it.
"""

import hashlib
import json
from typing import Any, Protocol

from picotemp.settings import DEFAULTS, check
from picotemp.settings_file import MOST_BYTES

from ..errors import FlashError, Kind

PATH = "/settings.json"
NEW = f"{PATH}.new"
REMEDY = "picotemp-flash settings edit, or picotemp-flash restore FILE"

Values = dict[str, object]


class Board(Protocol):
    """The part of a Session that settings need."""

    def call(self, name: str, *arguments: object) -> Any:
        """Run a function of agent.py."""

    def read(self, path: str) -> bytes | None:
        """Give a file's content, None where there is none."""

    def write(self, path: str, content: bytes) -> None:
        """Write a file."""


def load(board: Board) -> Values | None:
    """Give what the board's file says, good or not; None where there is no file."""
    content = board.read(PATH)
    return None if content is None else decode(content, f"the board's {PATH}", REMEDY)


def save(board: Board, settings: Values) -> None:
    """Put settings in the place of the old ones, at one stroke, or tell all wrong."""
    wrong = problems(settings)
    if wrong:
        raise FlashError(Kind.BAD_SETTINGS, "\n".join(wrong))
    content = encode(settings)
    board.write(NEW, content)
    if board.call("sha256", NEW) != hashlib.sha256(content).hexdigest():
        text = f"the board holds other bytes in {NEW} than were sent: the settings "
        raise FlashError(Kind.VERIFICATION_FAILED, f"{text}are the old ones; try again")
    board.call("rename", NEW, PATH)


def problems(settings: object) -> list[str]:
    """Give all that is wrong, one line each, without a value."""
    return check(settings)[1]


def problem(key: str, value: object) -> str | None:
    """Give what is wrong with one value, whatever the others are."""
    for line in problems({"ssid": "any", key: value}):
        if line.startswith(f"{key}: "):
            return line
    return None


def value_of(key: str, text: str) -> object:
    """Give what a text means; one that should be a number stays, to be refused."""
    try:
        return type(DEFAULTS[key])(text)  # type: ignore[call-arg]
    except ValueError:
        return text


def encode(settings: Values) -> bytes:
    """Give the bytes as the board writes them."""
    # As they are: MicroPython reads the two escapes of an emoji as two characters.
    return json.dumps(settings, ensure_ascii=False).encode()


def decode(content: bytes, where: str, remedy: str) -> Values:
    """Give the settings in a file; FlashError where it cannot be one."""
    settings, wrong = _settings_in(content)
    if settings is not None:
        return settings
    raise FlashError(Kind.BAD_SETTINGS, f"{where} {wrong}: {remedy}")


def _settings_in(content: bytes) -> tuple[Values | None, str]:
    # No error of json leaves this function: it holds the text, so the password.
    if len(content) > MOST_BYTES:
        return None, f"is larger than {MOST_BYTES} bytes"
    try:
        settings = json.loads(content.decode())
    except json.JSONDecodeError as error:
        return None, f"is not JSON (line {error.lineno})"
    except (ValueError, RecursionError):
        return None, "is not JSON"
    if not isinstance(settings, dict):
        return None, "is not a JSON object"
    return settings, ""
