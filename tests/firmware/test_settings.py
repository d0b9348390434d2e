"""In: settings right and wrong. Out: all problems at once, and never a secret."""

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

import picotemp
from picotemp.settings import DEFAULTS, check

from .conftest import Micropython

EXAMPLE = Path(picotemp.__file__).parents[1] / "settings.example.json"
GOOD: dict[str, object] = {"ssid": "attic", "password": "the secret word"}
ACCEPTED: list[dict[str, object]] = [
    {},
    {"password": ""},
    {"password": "8letters"},
    {"password": "x" * 63},
    {"ssid": "x" * 32},
    {"ssid": "ü" * 16},
    {"country": "DE"},
    {"hostname": "p"},
    {"hostname": "pico-2-attic"},
    {"hostname": "p" * 32},
    {"port": 1},
    {"port": 65535},
    {"vref_volts": 3},
    {"vref_volts": 3.6},
    {"gain": 0.5},
    {"gain": 2},
    {"offset_celsius": -40},
    {"offset_celsius": 40.0},
]
REFUSED: list[dict[str, object]] = [
    {"ssid": ""},
    {"ssid": "x" * 33},
    {"ssid": "ü" * 17},
    {"ssid": None},
    {"ssid": 7},
    {"password": "7letter"},
    {"password": "x" * 64},
    {"password": "ü" * 32},
    {"password": None},
    {"password": False},
    {"password": 12345678},
    {"country": "de"},
    {"country": "DEU"},
    {"country": "D"},
    {"country": "D1"},
    {"country": 49},
    {"hostname": ""},
    {"hostname": "p" * 33},
    {"hostname": "-pico"},
    {"hostname": "pico-"},
    {"hostname": "Pico"},
    {"hostname": "pico.local"},
    {"hostname": "pico temp"},
    {"hostname": None},
    {"port": 0},
    {"port": 65536},
    {"port": -1},
    {"port": 80.0},
    {"port": "80"},
    {"port": True},
    {"vref_volts": 2.99},
    {"vref_volts": 3.61},
    {"vref_volts": "3.3"},
    {"gain": 0.49},
    {"gain": 2.01},
    {"gain": True},
    {"gain": None},
    {"offset_celsius": -40.1},
    {"offset_celsius": 40.1},
    {"offset_celsius": False},
    {"offset_celsius": [1]},
]


@pytest.mark.parametrize("chosen", ACCEPTED, ids=str)
def test_what_fits_is_taken(chosen: dict[str, object]) -> None:
    settings, problems = check(GOOD | chosen)
    assert problems == []
    assert settings is not None
    expected = DEFAULTS | GOOD | chosen
    assert vars(settings) == expected
    assert {key: type(value) for key, value in vars(settings).items()} == {
        key: type(value) for key, value in DEFAULTS.items()
    }


@pytest.mark.parametrize("chosen", REFUSED, ids=str)
def test_what_does_not_fit_is_named(chosen: dict[str, object]) -> None:
    settings, problems = check(GOOD | chosen)
    assert settings is None
    assert len(problems) == 1
    assert problems[0].startswith(f"{next(iter(chosen))}: expected ")


def test_all_problems_are_told_at_once() -> None:
    wrong: dict[str, object] = {key: [] for key in DEFAULTS} | {"sssid": "attic"}
    settings, problems = check(wrong)
    assert settings is None
    told = sorted(problem.split(":")[0] for problem in problems)
    assert told == sorted([*DEFAULTS, "unknown settings"])


def test_unknown_keys_are_counted_and_never_repeated_one_could_be_the_password() -> (
    None
):
    settings, problems = check(GOOD | {"pasword": "the secret word", "hunter22": "DE"})
    assert settings is None
    assert problems == [
        (
            "unknown settings: 2 (there are: address, country, gain, gateway, "
            "hostname, name_server, netmask, offset_celsius, password, port, "
            "probe_target, ssid, vref_volts)"
        )
    ]


def test_without_an_ssid_there_are_no_settings() -> None:
    settings, problems = check({})
    assert settings is None
    assert [problem.split(":")[0] for problem in problems] == ["ssid"]


@pytest.mark.parametrize("mapping", [None, [], "{}", 7, [["ssid", "attic"]]], ids=str)
def test_settings_are_an_object(mapping: object) -> None:
    assert check(mapping) == (None, ["the settings are not a JSON object"])


@given(
    st.dictionaries(
        st.sampled_from([*DEFAULTS, "other"]),
        st.none() | st.text("§", min_size=1) | st.just(["§"]) | st.just(-98765.4321),
    )
)
def test_a_value_is_never_repeated(values: dict[str, object]) -> None:
    _, problems = check(values)
    assert "§" not in "".join(problems)
    assert "98765" not in "".join(problems)


@given(st.integers())
def test_a_port_is_one_of_65535(port: int) -> None:
    assert (check(GOOD | {"port": port})[0] is not None) == (1 <= port <= 65535)


@pytest.mark.parametrize(
    ("key", "least", "most"),
    [("vref_volts", 3.0, 3.6), ("gain", 0.5, 2.0), ("offset_celsius", -40, 40)],
)
@given(number=st.floats() | st.floats(-50, 50))
def test_a_number_stays_within_its_limits(
    key: str, least: float, most: float, number: float
) -> None:
    is_taken = check(GOOD | {key: number})[0] is not None
    assert is_taken == (least <= number <= most)


@given(st.text(alphabet=st.characters(exclude_categories=["Cs"])))
def test_a_password_has_8_to_63_bytes_or_none(password: str) -> None:
    is_taken = check(GOOD | {"password": password})[0] is not None
    assert is_taken == (len(password.encode()) in {0, *range(8, 64)})


JSON_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text("aZ0 -.ü€\n\0"),
    lambda inner: st.lists(inner) | st.dictionaries(st.text("aü"), inner),
)


@given(st.dictionaries(st.sampled_from([*DEFAULTS, "other"]), JSON_VALUES))
def test_no_mapping_whatever_makes_it_stumble(values: dict[str, Any]) -> None:
    settings, problems = check(values)
    assert (settings is None) == bool(problems)


def test_half_a_surrogate_pair_is_refused() -> None:
    assert check(json.loads('{"ssid": "\\ud800"}'))[0] is None


def test_the_example_shows_every_setting_with_its_default() -> None:
    assert json.loads(EXAMPLE.read_text()) == DEFAULTS
    assert list(json.loads(EXAMPLE.read_text())) == list(DEFAULTS)


def test_micropython_says_the_same(micropython: Micropython) -> None:
    table = [json.dumps(GOOD | chosen) for chosen in ACCEPTED + REFUSED]
    table += ['{"a": 1, "b": 2, "gain": true}', "{}", "[]", "7", "null"]
    printed = micropython(
        "import json\n"
        "from picotemp.settings import check\n"
        f"for text in {table!r}:\n"
        "    settings, problems = check(json.loads(text))\n"
        "    print(json.dumps([settings is None, sorted(problems)]))"
    )
    for text, line in zip(table, printed.splitlines(), strict=True):
        settings, problems = check(json.loads(text))
        assert json.loads(line) == [settings is None, sorted(problems)], text


def test_the_password_of_a_spoilt_file_is_never_told(micropython: Micropython) -> None:
    """MicroPython's json takes commas and colons for blanks: keys become values."""
    spoilt = '{"ssid": , "password": "hunter22", "country": "DE"}'
    printed = micropython(
        "import json\n"
        "from picotemp.settings import check\n"
        f"settings, problems = check(json.loads({spoilt!r}))\n"
        "print(settings, problems)"
    )
    assert printed.startswith("None [")
    assert "hunter22" not in printed
