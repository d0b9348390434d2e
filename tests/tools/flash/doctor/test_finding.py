"""In: findings. Out: a line each, the first cause with its remedy, and JSON."""

import pytest

from picotemp_tools.flash.doctor.chart import Chart, OverError
from picotemp_tools.flash.doctor.finding import (
    Finding,
    State,
    as_json,
    as_text,
    exit_code,
)
from picotemp_tools.flash.errors import FlashError, Kind

PORT = Finding("port", State.OK, "/dev/ttyACM0")
WRONG = Finding("use", State.WRONG, "ed holds it", "close it", Kind.BUSY)
SECOND = Finding("clock", State.WRONG, "it is 1970", "", Kind.HOST_CLOCK)
SKIPPED = Finding("http", State.SKIPPED)


def test_a_line_for_each_check_then_the_first_cause_and_what_to_do() -> None:
    assert as_text([PORT, WRONG, SKIPPED, SECOND]).splitlines() == [
        "ok     port         /dev/ttyACM0",
        "WRONG  use          ed holds it",
        "--     http",
        "WRONG  clock        it is 1970",
        "The first thing that is wrong (use): ed holds it",
        "What to do: close it",
    ]


def test_where_all_is_well_that_is_said() -> None:
    assert as_text([PORT]).splitlines()[1:] == ["All is well."]
    assert exit_code([PORT]) == 0


def test_a_cause_without_a_remedy_is_one_line() -> None:
    assert as_text([SECOND]).splitlines()[1:] == [
        "The first thing that is wrong (clock): it is 1970"
    ]


def test_programs_get_the_same_with_the_exit_code_of_the_first() -> None:
    assert as_json([PORT, WRONG, SECOND]) == {
        "ok": False,
        "exit_code": 12,
        "findings": [
            {
                "check": "port",
                "state": "ok",
                "detail": "/dev/ttyACM0",
                "remedy": "",
                "exit_code": 0,
            },
            {
                "check": "use",
                "state": "wrong",
                "detail": "ed holds it",
                "remedy": "close it",
                "exit_code": 12,
            },
            {
                "check": "clock",
                "state": "wrong",
                "detail": "it is 1970",
                "remedy": "",
                "exit_code": 36,
            },
        ],
    }


@pytest.mark.parametrize(
    ("text", "cause", "remedy"),
    [
        ("ed holds it: close it; then again", "ed holds it", "close it; then again"),
        ("there are two; name one", "there are two", "name one"),
        ("it cannot be opened", "it cannot be opened", ""),
    ],
)
def test_an_error_tells_its_cause_before_its_remedy(
    text: str, cause: str, remedy: str
) -> None:
    told: list[Finding] = []
    with pytest.raises(OverError), Chart(told.append).check("use"):
        raise FlashError(Kind.BUSY, text)
    assert told == [Finding("use", State.WRONG, cause, remedy, Kind.BUSY)]
