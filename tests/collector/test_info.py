"""In: anything that /info could say. Out: its fields in their types, or none."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from picotemp_collector.readings.info import DeviceInfo, parse_info

WHOLE = {
    "id": "e66118604b",
    "hostname": "picotemp",
    "version": "0.1.0",
    "micropython": "1.25.0",
    "reset_cause": "power",
    "uptime_s": 86400,
    "rssi_dbm": -61,
    "heap_free_bytes": 120000,
    "connections_in_service": 1,
}


def test_the_fields_of_a_board_are_kept() -> None:
    assert parse_info(WHOLE) == DeviceInfo(
        id="e66118604b",
        hostname="picotemp",
        version="0.1.0",
        micropython="1.25.0",
        reset_cause="power",
        uptime_seconds=86400.0,
        wifi_rssi_dbm=-61.0,
        heap_free_bytes=120000.0,
    )


@pytest.mark.parametrize(
    "answer", [None, [], "text", 5, True, {}, {"tempC": 27.04, "tempF": 80.67}]
)
def test_what_tells_nothing_is_no_info(answer: object) -> None:
    assert parse_info(answer) is None


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("id", 5),
        ("id", ""),
        ("id", "x" * 129),
        ("hostname", "a\nb"),
        ("hostname", "\ud800"),
        ("uptime_s", -1),
        ("uptime_s", True),
        ("uptime_s", "5"),
        ("uptime_s", float("nan")),
        ("uptime_s", float("inf")),
        ("uptime_s", 10**400),
        ("rssi_dbm", None),
        ("heap_free_bytes", -1),
    ],
)
def test_a_field_in_a_wrong_type_is_absent_and_costs_no_other(
    key: str, value: object
) -> None:
    good = parse_info(WHOLE)
    info = parse_info({**WHOLE, key: value})
    without = parse_info({k: v for k, v in WHOLE.items() if k != key})
    assert info == without
    assert info != good


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=5,
)


@given(st.dictionaries(st.sampled_from(sorted(WHOLE)), JSON))
def test_no_answer_breaks_the_reader(answer: dict[str, object]) -> None:
    info = parse_info({**answer, "version": "0.1.0"})
    assert info is not None
    assert info.uptime_seconds is None or 0 <= info.uptime_seconds <= 1e15
    assert info.hostname is None or info.hostname.encode()
