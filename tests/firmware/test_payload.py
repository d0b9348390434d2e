"""In: temperatures and answers. Out: the contract's bytes, and only true readings."""

import json
import math
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from picotemp.payload import PayloadError, build, fahrenheit, parse

from .conftest import Micropython

IN_RANGE = st.floats(-40, 125)
GOOD: list[object] = [
    {"tempC": 27.04, "tempF": 80.68},
    {"tempC": 20, "tempF": 68},
    {"tempC": -40, "tempF": -40},
    {"tempC": 125, "tempF": 257},
    {"tempC": 0.0, "tempF": 32.2},
    {"tempC": 0.0, "tempF": 31.8},
    {"tempC": 20.0, "tempF": 68.0, "humidity": None, "x": {"tempC": "no"}},
]
BAD: list[object] = [
    None,
    [],
    "27.04",
    27.04,
    {},
    {"tempC": 20.0},
    {"tempF": 68.0},
    {"tempc": 20.0, "tempf": 68.0},
    {"tempC": True, "tempF": 33.8},
    {"tempC": 0, "tempF": True},
    {"tempC": "20.0", "tempF": 68.0},
    {"tempC": 20.0, "tempF": "68.0"},
    {"tempC": None, "tempF": 68.0},
    {"tempC": 20.0, "tempF": None},
    {"tempC": [20.0], "tempF": 68.0},
    {"tempC": -40.01, "tempF": -40.02},
    {"tempC": 125.01, "tempF": 257.02},
    {"tempC": 20.0, "tempF": 68.21},
    {"tempC": 20.0, "tempF": 67.79},
    {"tempC": 20.0, "tempF": 20.0},
    {"tempC": 10**400, "tempF": 68.0},
    {"tempC": 20.0, "tempF": -(10**400)},
]
NOT_FINITE = [math.nan, math.inf, -math.inf]


def decoded(body: str) -> dict[str, float]:
    """Decode as the standard has it: without NaN and infinities."""

    def refuse(constant: str) -> float:
        raise AssertionError(f"{constant} is not JSON")

    return dict(json.loads(body, parse_constant=refuse))


@pytest.mark.parametrize(
    ("celsius", "body"),
    [
        (27.04404, '{"tempC": 27.04, "tempF": 80.68}'),
        (0.0, '{"tempC": 0.00, "tempF": 32.00}'),
        (-40.0, '{"tempC": -40.00, "tempF": -40.00}'),
        (125.0, '{"tempC": 125.00, "tempF": 257.00}'),
        (32.77, '{"tempC": 32.77, "tempF": 90.99}'),
    ],
)
def test_the_body_is_exactly_this(celsius: float, body: str) -> None:
    assert build(celsius) == body


def test_fahrenheit_comes_from_the_unrounded_celsius() -> None:
    # From the rounded 20.00 it would be 68.00.
    assert build(20.004) == '{"tempC": 20.00, "tempF": 68.01}'


@pytest.mark.parametrize("celsius", [-0.0, -0.001, -0.0049])
def test_there_is_no_minus_zero_celsius(celsius: float) -> None:
    assert '"tempC": 0.00' in build(celsius)


@pytest.mark.parametrize("celsius", [-17.7778, -17.78])
def test_there_is_no_minus_zero_fahrenheit(celsius: float) -> None:
    assert '"tempF": 0.00' in build(celsius)


@given(IN_RANGE)
def test_the_body_has_two_keys_and_two_decimals_each(celsius: float) -> None:
    shown = decoded(build(celsius))
    assert sorted(shown) == ["tempC", "tempF"]
    assert all(text[-3] == "." for text in build(celsius)[:-1].split(","))
    exact = Fraction(celsius)
    half = Fraction(5, 1000) + Fraction(1, 10**9)
    assert abs(Fraction(shown["tempC"]) - exact) <= half
    assert abs(Fraction(shown["tempF"]) - (exact * 9 / 5 + 32)) <= half


@given(IN_RANGE)
def test_what_is_built_can_be_parsed(celsius: float) -> None:
    reading = parse(json.loads(build(celsius)))
    assert abs(reading.celsius - celsius) <= 0.005 + 1e-9
    assert abs(reading.fahrenheit - fahrenheit(celsius)) <= 0.005 + 1e-9


@pytest.mark.parametrize("celsius", NOT_FINITE)
def test_what_is_not_finite_is_never_built(celsius: float) -> None:
    with pytest.raises(PayloadError):
        build(celsius)


@pytest.mark.parametrize("answer", GOOD, ids=str)
def test_a_reading_is_taken(answer: dict[str, Any]) -> None:
    reading = parse(answer)
    assert reading == (answer["tempC"], answer["tempF"])
    assert [type(value) for value in reading] == [float, float]


@pytest.mark.parametrize("answer", BAD, ids=lambda answer: str(answer)[:60])
def test_anything_else_is_refused(answer: object) -> None:
    with pytest.raises(PayloadError):
        parse(answer)


@pytest.mark.parametrize("number", NOT_FINITE)
@pytest.mark.parametrize("key", ["tempC", "tempF"])
def test_what_is_not_finite_is_refused(key: str, number: float) -> None:
    with pytest.raises(PayloadError):
        parse({"tempC": 20.0, "tempF": 68.0} | {key: number})


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
        lambda inner: (
            st.lists(inner)
            | st.dictionaries(st.sampled_from(["tempC", "tempF", "x"]), inner)
        ),
    )
)
def test_no_answer_whatever_makes_it_stumble(answer: object) -> None:
    try:
        reading = parse(answer)
    except PayloadError:
        return
    assert -40 <= reading.celsius <= 125
    assert abs(reading.fahrenheit - reading.celsius * 1.8 - 32) <= 0.2 + 1e-6


def test_micropython_builds_the_same_bodies(micropython: Micropython) -> None:
    hundredths = [*range(-4000, 12501, 7), 0, 12500]
    built = micropython(
        "from picotemp.payload import build\n"
        f"for n in {hundredths}: print(build(n / 100 + 0.003))"
    )
    expected = [build(n / 100 + 0.003) for n in hundredths]
    assert built.splitlines() == expected


def test_micropython_takes_and_refuses_the_same(micropython: Micropython) -> None:
    table = [json.dumps(answer) for answer in GOOD + BAD if "0000" not in str(answer)]
    verdicts = micropython(
        "import json\n"
        "from picotemp.payload import PayloadError, parse\n"
        f"for text in {table!r} + [float('nan'), float('inf')]:\n"
        "    try:\n"
        "        answer = json.loads(text) if isinstance(text, str) else "
        "{'tempC': text, 'tempF': 68.0}\n"
        "        print('%.2f %.2f' % parse(answer))\n"
        "    except PayloadError:\n"
        "        print('refused')\n"
    )
    shown = [
        f"{answer['tempC']:.2f} {answer['tempF']:.2f}"
        for answer in GOOD
        if isinstance(answer, dict)
    ]
    refused = ["refused"] * (len(table) - len(shown) + 2)
    assert verdicts.splitlines() == shown + refused
