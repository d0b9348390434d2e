"""In: a raw value of a file, a variable or a flag. Out: it, checked, in its type."""

import re
import unicodedata
from enum import StrEnum
from typing import TypeVar

from picotemp_collector.config.shapes import (
    Age,
    Count,
    DeviceName,
    Listen,
    Seconds,
)
from picotemp_collector.config.shard import Shard

LEAST_SECONDS = 0.1
MOST_SECONDS = 86400.0
MOST_COUNT = 10000
MOST_NAME_CHARACTERS = 200
MOST_PORT = 65535
SHARD = re.compile(r"(?P<index>[0-9]{1,5})/(?P<count>[0-9]{1,5})")
Choice = TypeVar("Choice", bound=StrEnum)


class Text(str):
    """A value from where everything is text: a number may be written in it."""

    __slots__ = ()


class Secret(Text):
    """A text that is never shown."""

    __slots__ = ()


class UnacceptableError(ValueError):
    """A value that will not do; its text says what was expected."""


def seconds(value: object) -> Seconds:
    """Give a time in seconds."""
    number = _number(value)
    if number is None or not LEAST_SECONDS <= number <= MOST_SECONDS:
        raise UnacceptableError(
            f"a number of seconds from {LEAST_SECONDS:g} to {MOST_SECONDS:g}"
        )
    return Seconds(number)


def age_seconds(value: object) -> Age:
    """Give how old something may be, in seconds; 0 is an age."""
    number = _number(value)
    if number is None or not 0 <= number <= MOST_SECONDS:
        raise UnacceptableError(f"a number of seconds from 0 to {MOST_SECONDS:g}")
    return Age(number)


def count(value: object) -> Count:
    """Give a whole number of things."""
    number = whole_number(value)
    if number is None or not 1 <= number <= MOST_COUNT:
        raise UnacceptableError(f"a whole number from 1 to {MOST_COUNT}")
    return Count(number)


def shard(value: object) -> Shard | None:
    """Give the part of the fleet; the only one of one is none."""
    found = SHARD.fullmatch(value.strip()) if isinstance(value, str) else None
    if found is None or not 1 <= (parts := int(found["count"])) <= MOST_COUNT:
        raise UnacceptableError(
            f"INDEX/COUNT such as 0/3, the first of three, of at most {MOST_COUNT}"
        )
    index = int(found["index"])
    if index >= parts:
        raise UnacceptableError(f"an index from 0 to {parts - 1} before /{parts}")
    return Shard(index, parts) if parts > 1 else None


def choice(value: object, choices: type[Choice]) -> Choice:
    """Give one of the members, in whatever case it is written."""
    if isinstance(value, str) and value.strip().lower() in list(choices):
        return choices(value.strip().lower())
    raise UnacceptableError("one of " + ", ".join(choices))


def device_name(value: object) -> DeviceName:
    """Give a device's name: any text that can stand in a line."""
    if not isinstance(value, str) or not 0 < len(value) <= MOST_NAME_CHARACTERS:
        raise UnacceptableError(f"a text of 1 to {MOST_NAME_CHARACTERS} characters")
    if value != value.strip() or any(_is_control(letter) for letter in value):
        raise UnacceptableError("a name without control characters or outer spaces")
    return DeviceName(value)


def listen(value: object) -> Listen:
    """Give where to listen."""
    text = value.strip() if isinstance(value, str) else ""
    host, colon, port = text.rpartition(":")
    bracketed = host.startswith("[") and host.endswith("]")
    bare_host = host[1:-1] if bracketed else host
    if (
        not colon
        or bracketed != (":" in bare_host)
        or any(letter in "/@[]?#" or letter.isspace() for letter in bare_host)
        or not (port.isascii() and port.isdigit() and int(port[:6]) <= MOST_PORT)
    ):
        raise UnacceptableError(
            "host:port, [IPv6]:port or :port, such as 0.0.0.0:3030 or :3030"
        )
    return Listen(bare_host, int(port))


def whole_number(value: object) -> int | None:
    """Give a number without a fraction, of no more digits than any of ours has."""
    number = _number(value)
    return int(number) if number is not None and number == int(number) else None


def _number(value: object) -> float | None:
    if isinstance(value, Text):
        try:
            value = float(value)
        except ValueError:
            return None
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        return None
    # Written so that NaN fails it, and before float(), which huge integers overflow.
    return float(value) if abs(value) <= MOST_SECONDS else None


def _is_control(letter: str) -> bool:
    # Cs are lone surrogates: no UTF-8 has them, so no exposition could.
    return unicodedata.category(letter) in ("Cc", "Cs", "Zl", "Zp")
