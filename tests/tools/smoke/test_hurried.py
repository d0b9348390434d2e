"""In: shipped rules and made-up ones. Out: hurrying divides durations alone."""

import json
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from picotemp_tools.smoke.hurried import DURATION_KEYS, hurried
from real_servers import program

DEPLOY = Path(__file__).parents[3] / "collector/deploy"
ALERTING = [
    DEPLOY / "alerting" / name
    for name in ("recording.yml", "alerts.yml", "alertmanager.yml")
]
SHIPPED = [*ALERTING, DEPLOY / "compose/prometheus/prometheus.yml"]
DIVISOR = 30
# Written down once more: what is divided has two witnesses.
TIMED_KEYS = {
    "for",
    "keep_firing_for",
    "interval",
    "group_wait",
    "group_interval",
    "repeat_interval",
    "scrape_interval",
    "evaluation_interval",
}
UNITS = {"ms": 1, "s": 1_000, "m": 60_000, "h": 3_600_000, "d": 86_400_000}

Leaf = tuple[tuple[object, ...], Any]

units = st.sampled_from(list(UNITS))
# In seconds, minutes ...: 1000 divides each, and so does every divisor of 1000.
durations = st.builds(
    "{}{}".format, st.integers(1, 10**4), units.filter(lambda unit: unit != "ms")
)
divisors = st.sampled_from([1, 2, 4, 5, 8, 10, 20, 25, 50, 100, 125, 200, 500, 1000])


def leaves(document: object, path: tuple[object, ...] = ()) -> Iterator[Leaf]:
    """Give each scalar with the way to it."""
    if isinstance(document, dict):
        for key, value in document.items():
            yield from leaves(value, (*path, key))
    elif isinstance(document, list):
        yield from ((path, len(document)),)
        for number, value in enumerate(document):
            yield from leaves(value, (*path, number))
    else:
        yield path, document


def times(text: str) -> list[int]:
    """Give each duration of a text in milliseconds."""
    found = re.findall(r"([0-9]+)(ms|[smhd])", text)
    return [int(count) * UNITS[unit] for count, unit in found]


def ranges(expression: str) -> list[int]:
    return times(" ".join(re.findall(r"\[.*?\]", expression)))


def rest(expression: str) -> str:
    return re.sub(r"\[.*?\]", "[]", expression)


@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: path.name)
def test_of_a_shipped_file_durations_alone_are_divided(path: Path) -> None:
    document = yaml.safe_load(path.read_text())
    before, after = list(leaves(document)), list(leaves(hurried(document, DIVISOR)))
    assert [where for where, _ in before] == [where for where, _ in after]
    for (where, old), (_, new) in zip(before, after, strict=True):
        if where[-1] == "expr":
            assert rest(new) == rest(old), where
            assert [time * DIVISOR for time in ranges(new)] == ranges(old), where
        elif where[-1] in TIMED_KEYS and "labels" not in where:
            assert [time * DIVISOR for time in times(new)] == times(old) != [], where
        else:
            assert new == old, where


def test_the_servers_accept_what_is_hurried(tmp_path: Path) -> None:
    files = {}
    for path in ALERTING:
        document = hurried(yaml.safe_load(path.read_text()), DIVISOR)
        files[path.name] = tmp_path / path.name
        files[path.name].write_text(json.dumps(document))
    promtool, amtool = program("promtool"), program("amtool")
    rules = (str(files["recording.yml"]), str(files["alerts.yml"]))
    for command in (
        (promtool, "check", "rules", *rules),
        (amtool, "check-config", str(files["alertmanager.yml"])),
    ):
        checked = subprocess.run(command, capture_output=True, text=True)
        assert checked.returncode == 0, checked.stderr


@given(durations, divisors)
def test_a_duration_becomes_exactly_so_much_shorter(text: str, divisor: int) -> None:
    rule = {"alert": "A", "expr": f"x[{text}] offset -{text} > y[{text}:{text}]"}
    quicker = hurried({"rules": [rule | {"for": text}]}, divisor)["rules"][0]
    expected = f"{times(text)[0] // divisor}ms"
    assert quicker["for"] == expected
    assert quicker["expr"] == (
        f"x[{expected}] offset -{expected} > y[{expected}:{expected}]"
    )


@settings(max_examples=30)
@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.text() | durations,
        lambda inner: (
            st.lists(inner)
            | st.dictionaries(
                st.text().filter(lambda key: key not in {*DURATION_KEYS, "expr"}), inner
            )
        ),
        max_leaves=10,
    )
)
def test_what_has_no_such_key_stays(document: object) -> None:
    assert hurried(document, DIVISOR) == document


@pytest.mark.parametrize(
    ("expression", "quicker"),
    [
        ('x{a="[5m]"}[5m]', 'x{a="[5m]"}[10000ms]'),
        ("x{a='offset 5m'} offset 5m", "x{a='offset 5m'} offset 10000ms"),
        (r'x{a="\"[5m]"}', r'x{a="\"[5m]"}'),
        ("x # the last [5m]\n> 0", "x # the last [5m]\n> 0"),
        ("x[1h30m]", "x[180000ms]"),
        ("max_over_time(x[1h:])", "max_over_time(x[120000ms:])"),
        ("x_offset > 5", "x_offset > 5"),
        ("time() - x > 300", "time() - x > 300"),
        ("x[ 5m : 30s ]", "x[10000ms:1000ms]"),
    ],
)
def test_in_an_expression_ranges_and_offsets_alone_are_divided(
    expression: str, quicker: str
) -> None:
    assert hurried({"expr": expression}, DIVISOR) == {"expr": quicker}


def test_what_people_call_for_in_their_labels_stays() -> None:
    alert = {
        "labels": {"for": "5m", "interval": "ada"},
        "annotations": {"expr": "x"},
    }
    assert hurried(alert, DIVISOR) == alert


@pytest.mark.parametrize(
    "document",
    [
        {"for": "1ms"},
        {"for": "10ms"},
        {"expr": "x[1s]"},
        {"interval": "soon"},
        {"expr": "x[$__range]"},
        {"group_wait": ""},
    ],
)
def test_what_cannot_be_divided_without_rest_is_an_error(
    document: dict[str, str],
) -> None:
    with pytest.raises(ValueError, match=r"is not a"):
        hurried(document, DIVISOR)


@pytest.mark.parametrize("nothing", ["0", "0s"])
def test_nothing_stays_nothing(nothing: str) -> None:
    assert hurried({"for": nothing}, DIVISOR) == {"for": "0ms"}
