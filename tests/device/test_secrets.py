"""In: a board, PICOTEMP_TEST_PASSWORD if told. Out: whether it keeps its secrets."""

import json
import os
import re
from collections.abc import Iterator

import pytest

from .board import Board

PATHS = ("/", "/info", "/metrics", "/nothing")
SECRETS = {
    "password",
    "passphrase",
    "passwd",
    "psk",
    "secret",
    "key",
    "token",
    "credentials",
}


class Password:
    """The network's password; pytest may show this object, and shows nothing."""

    def __init__(self, text: str) -> None:
        self._text = text

    def is_in(self, told: bytes) -> bool:
        """Tell whether it is in there, as it is or as JSON spells it."""
        spelt = {self._text, json.dumps(self._text)[1:-1]} - {""}
        return any(each.encode() in told for each in spelt)


@pytest.fixture
def password() -> Password:
    """Give it; where it is not told there is nothing to find."""
    return Password(os.environ.get("PICOTEMP_TEST_PASSWORD", ""))


def test_no_key_of_info_is_called_like_a_secret(board: Board) -> None:
    for key in keys(board.info()):
        words = set(re.split(r"[^a-z]+", key.lower()))
        assert not words & SECRETS, f"{key} is in /info"


@pytest.mark.parametrize("path", PATHS)
def test_no_answer_holds_the_password(
    board: Board, password: Password, path: str
) -> None:
    answer = board.ask(path)
    told = repr(answer.headers).encode() + answer.body
    if password.is_in(told):
        pytest.fail(f"the password of the network is in {path}", pytrace=False)


def keys(told: object) -> Iterator[str]:
    """Give every key, however deep."""
    if isinstance(told, dict):
        for key, value in told.items():
            yield str(key)
            yield from keys(value)
    elif isinstance(told, list):
        for value in told:
            yield from keys(value)
