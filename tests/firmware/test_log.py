"""In: events with any fields. Out: one logfmt line each, which can be read back."""

import io
from contextlib import redirect_stdout

from hypothesis import given
from hypothesis import strategies as st

from picotemp.log import Log

from .fake_chip import FakeChip
from .serial_line import fields

TEXT = st.text(alphabet=st.characters(exclude_categories=["Cs"]))
NAMES = st.text("abcxyz_", min_size=2)


def printed(values: dict[str, object], level: str = "info", later_ms: int = 0) -> str:
    """Give all that one event prints."""
    chip = FakeChip()
    chip.later_ms = later_ms
    with redirect_stdout(io.StringIO(newline="")) as out:
        getattr(Log(chip), level)("something", **values)
    return out.getvalue()


def test_the_line_is_exactly_this() -> None:
    line = printed({"ssid": "my net", "address": "10.0.0.7"}, later_ms=12_345)
    assert line == (
        't=12.345 level=info event=something address=10.0.0.7 ssid="my net"\n'
    )


def test_milliseconds_have_three_digits() -> None:
    assert printed({}, later_ms=7).startswith("t=0.007 ")
    assert printed({}, later_ms=400 * 86_400_000).startswith("t=34560000.000 ")


def test_a_level_for_each_kind_of_news() -> None:
    for level in ("info", "warning", "error"):
        assert fields(printed({}, level).strip())["level"] == level


def test_nothing_is_seen_as_nothing() -> None:
    assert printed({"reason": ""}).endswith(' reason=""\n')


@given(st.dictionaries(NAMES, TEXT | st.integers() | st.none() | st.booleans()))
def test_every_field_can_be_read_back(values: dict[str, object]) -> None:
    line = printed(values)
    assert line.count("\n") == 1
    assert "\r" not in line
    read = fields(line[:-1])
    assert {name: read[name] for name in values} == {
        name: str(value) for name, value in values.items()
    }
    assert list(read) == ["t", "level", "event", *sorted(values)]
