"""In: what was given beforehand, a person at a terminal. Out: settings for a new board.

The password comes from a hidden answer, the environment or a file: never from the
command line, where `ps` shows it.
"""

import getpass
import re
import sys
import warnings
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Protocol

import click

from picotemp.settings import DEFAULTS

from ..errors import FlashError, Kind
from .stored import problem, value_of

MOST_TRIES = 5
MOST_LINE_BYTES = 4096
VARIABLES = {"ssid": "PICOTEMP_WIFI_SSID", "password": "PICOTEMP_WIFI_PASSWORD"}
QUESTIONS = {
    "ssid": "Name of the Wi-Fi network",
    "password": "Its password (not shown as you type; nothing if it has none)",
    "hostname": "Name of the board (a-z, 0-9, -)",
    # The radio then uses all channels that are allowed there.
    "country": "Country, two letters (XX: none of them)",
}
LANGUAGE_VARIABLES = ("LC_ALL", "LANG")
LANGUAGE = re.compile(r"[a-z]{2,3}_([A-Z]{2})(?![A-Za-z])")


class Asker(Protocol):
    """Whoever answers."""

    def is_there(self) -> bool:
        """Tell whether anybody can answer."""

    def ask(self, text: str, default: str, is_hidden: bool) -> str:
        """Give the answer, the default where there is none."""

    def agree(self, text: str) -> bool:
        """Tell whether the answer is yes."""

    def tell(self, text: str) -> None:
        """Say something that belongs to a question."""


class Terminal:
    """A person at this terminal; all is asked on stderr."""

    def is_there(self) -> bool:
        """Tell whether both ends are a person's."""
        return sys.stdin.isatty() and sys.stderr.isatty()

    def ask(self, text: str, default: str, is_hidden: bool) -> str:
        """Ask; a hidden answer is never shown, not even where hiding fails."""
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("error", getpass.GetPassWarning)
                return click.prompt(
                    text,
                    default,
                    hide_input=is_hidden,
                    show_default=bool(default),
                    err=True,
                )
        except getpass.GetPassWarning:
            raise _nobody(
                "this terminal would show what is typed", "password"
            ) from None
        except click.Abort:
            raise _unanswered() from None

    def agree(self, text: str) -> bool:
        """Ask for yes or no; yes is the default."""
        if not self.is_there():
            return False
        try:
            return click.confirm(text, default=True, err=True)
        except click.Abort:
            raise _unanswered() from None

    def tell(self, text: str) -> None:
        """Say it on stderr."""
        click.echo(text, err=True)


@dataclass(frozen=True)
class Given:
    """What was answered before anything is asked.

    An empty variable counts as not set; an empty password file is an open network's.
    """

    environment: Mapping[str, str] = field(default_factory=dict, repr=False)
    password_file: str | None = None

    def answer(self, key: str) -> str | None:
        """Give what was given for a setting; FlashError where that is wrong."""
        source, text = VARIABLES.get(key, ""), None
        if key == "password" and self.password_file is not None:
            source, text = self.password_file, _first_line(self.password_file)
        elif source:
            text = self.environment.get(source) or None
        wrong = None if text is None else problem(key, value_of(key, text))
        if wrong:
            raise FlashError(Kind.BAD_SETTINGS, f"{source}: {wrong}")
        return text

    def country(self) -> str:
        """Give the country that the host's language names."""
        for name in LANGUAGE_VARIABLES:
            found = LANGUAGE.match(self.environment.get(name, ""))
            if found:
                return found[1]
        return str(DEFAULTS["country"])


def ask(given: Given, asker: Asker) -> dict[str, object]:
    """Give the settings a new board needs; what is a default is left out."""
    answers = {key: given.answer(key) for key in VARIABLES}
    missing = [key for key, text in answers.items() if text is None]
    if not asker.is_there():
        if missing:
            raise _nobody("there is nobody to ask", *missing)
        return _chosen(answers)
    defaults = {"hostname": str(DEFAULTS["hostname"]), "country": given.country()}
    for key in [*missing, *defaults]:
        answers[key] = _asked(key, defaults.get(key, ""), asker)
    return _chosen(answers)


def answer(key: str, given: Given, asker: Asker) -> str:
    """Give one setting as text: what was given for it, or the answer."""
    text = given.answer(key)
    if text is not None:
        return text
    if not asker.is_there():
        raise _nobody("there is nobody to ask", key)
    return _asked(key, "", asker)


def _asked(key: str, default: str, asker: Asker) -> str:
    for _ in range(MOST_TRIES):
        question = QUESTIONS.get(key, key)
        text = asker.ask(question, default, is_hidden=key == "password")
        text = text.upper() if key == "country" else text
        wrong = problem(key, value_of(key, text))
        if wrong is None:
            return text
        asker.tell(wrong)
    text = f"{wrong}; {MOST_TRIES} answers were not: nothing was changed"
    raise FlashError(Kind.BAD_SETTINGS, text)


def _chosen(answers: Mapping[str, str | None]) -> dict[str, object]:
    return {key: text for key, text in answers.items() if text != DEFAULTS[key]}


def _first_line(path: str) -> str:
    try:
        if path == "-":
            content = sys.stdin.buffer.readline(MOST_LINE_BYTES)
        else:
            with open(path, "rb") as file:
                content = file.readline(MOST_LINE_BYTES)
    except OSError as error:
        text = f"the password file {path} cannot be read: {error.strerror}"
        raise click.UsageError(text) from None
    try:
        return content.decode("utf-8-sig").rstrip("\r\n")
    except UnicodeError:
        pass  # the error holds the password
    raise FlashError(Kind.BAD_SETTINGS, f"the password file {path} is not UTF-8 text")


def _nobody(reason: str, *keys: str) -> FlashError:
    ways = []
    for key in keys:
        way = f"set {VARIABLES[key]}" if key in VARIABLES else f"give {key}=VALUE"
        hint = " or use --password-file FILE (an empty one: an open network)"
        ways.append(way + (hint if key == "password" else ""))
    return FlashError(Kind.BAD_SETTINGS, f"{reason}: {', and '.join(ways)}")


def _unanswered() -> FlashError:
    return FlashError(Kind.NOT_AGREED, "no answer was given: nothing was changed")
