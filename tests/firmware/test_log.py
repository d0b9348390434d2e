"""In: events with any fields. Out: one logfmt line each, which can be read back."""

import io
from contextlib import redirect_stdout

import pytest
from hypothesis import given
from hypothesis import strategies as st

from picotemp.log import LINE_MOST_BYTES, LINES_KEPT, Log, cut

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


def test_the_last_lines_are_kept(capsys: pytest.CaptureFixture[str]) -> None:
    log = Log(FakeChip())
    for number in range(30):
        log.info("something", number=number)
    printed_lines = capsys.readouterr().out.split("\n")[:-1]
    assert len(printed_lines) == 30
    assert log.lines == printed_lines[-LINES_KEPT:]


@given(st.lists(TEXT, max_size=20))
def test_what_is_kept_is_bounded_and_what_is_printed_is_not(words: list[str]) -> None:
    chip = FakeChip()
    log = Log(chip)
    with redirect_stdout(io.StringIO(newline="")) as out:
        for word in words:
            log.warning("something", word=word * 50)
    whole = out.getvalue().split("\n")[:-1]
    assert len(log.lines) == min(len(words), LINES_KEPT)
    for line, kept in zip(whole[-LINES_KEPT:], log.lines, strict=False):
        assert kept == cut(line, LINE_MOST_BYTES)
        assert len(kept.encode()) <= LINE_MOST_BYTES


@given(TEXT, st.integers(0, 20))
def test_a_cut_takes_as_much_as_fits_and_no_half_letters(text: str, most: int) -> None:
    kept = cut(text, most)
    assert text.startswith(kept)
    assert len(kept.encode()) <= most
    more = text[: len(kept) + 1]
    assert more == kept or len(more.encode()) > most


def test_warnings_and_errors_are_counted() -> None:
    log = Log(FakeChip())
    log.info("something")
    assert log.troubles == 0
    log.warning("something")
    log.error("something")
    log.info("something")
    assert log.troubles == 2
