"""In: a raw value and whence it is. Out: lines that say what is wrong with it."""

import difflib
from collections.abc import Iterable

from attrs import frozen

from picotemp_collector.config.values import Secret

# [section] and key.
Key = tuple[str, str]
MOST_SHOWN_CHARACTERS = 60


@frozen
class Given:
    """A raw value, and where a person finds it."""

    value: object
    origin: str


def problem(where: str, expected: str, value: object) -> str:
    """Give the line for a value that will not do."""
    return f"{where}: expected {expected}, given {shown(value)}"


def nearest(name: str, known: Iterable[str]) -> str:
    """Give a hint at the known name that is most like an unknown one."""
    choices = sorted(known)
    alike = difflib.get_close_matches(name, choices, n=1)
    if alike:
        return f"; did you mean {alike[0]}?"
    return f"; known are {', '.join(choices)}"


def may_hold_secret(text: str) -> bool:
    """Tell whether a text could be a URL with a password or a token."""
    return "@" in text or "?" in text


def shown(value: object) -> str:
    """Give a value as it may be shown: what could hold a password is not."""
    if isinstance(value, str):
        if isinstance(value, Secret) or may_hold_secret(value):
            return "a text that is not shown: it may hold a password"
        text = f'"{value}"'
        return text if len(text) <= MOST_SHOWN_CHARACTERS else f'{text[:57]}…"'
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, (int, float)):
        return str(value)[:MOST_SHOWN_CHARACTERS]
    names = {dict: "a table", list: "a list", type(None): "nothing"}
    return names.get(type(value), f"a {type(value).__name__}")
