"""In: a board. Out: whether GET / is a true reading, as the wire contract says."""

import math
import re
import time

from picotemp.payload import CELSIUS_KEY, FAHRENHEIT_KEY, parse

from .board import Board

# The board takes a new sample every second.
NEXT_SAMPLE_SECONDS = 1.2


def test_the_reading_is_an_ok_answer_in_json(board: Board) -> None:
    answer = board.ask("/")
    assert answer.status == 200
    assert isinstance(answer.json(), dict)


def test_the_reading_has_exactly_the_two_keys(board: Board) -> None:
    told = board.ask("/").json()
    assert isinstance(told, dict)
    assert set(told) == {CELSIUS_KEY, FAHRENHEIT_KEY}


def test_both_values_are_finite_numbers_in_range_that_agree(board: Board) -> None:
    reading = parse(board.ask("/").json())
    assert math.isfinite(reading.celsius)
    assert math.isfinite(reading.fahrenheit)


def test_no_value_has_more_than_two_decimals(board: Board) -> None:
    body = board.ask("/").body
    decimals = re.findall(rb"-?\d+(?:\.(\d+))?\s*[,}]", body)
    assert len(decimals) == 2, f"not two plain numbers: {body!r}"
    assert max(len(digits) for digits in decimals) <= 2, body


def test_two_readings_some_time_apart_both_hold(board: Board) -> None:
    board.reading()
    time.sleep(NEXT_SAMPLE_SECONDS)
    board.reading()
