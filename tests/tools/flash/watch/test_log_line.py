"""In: what the firmware's log writes. Out: the same events, the same fields."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from picotemp.chip import Chip
from picotemp.log import Log
from picotemp_tools.flash.watch.log_line import Line, read

NOW = datetime(2026, 11, 21, 14, 3, 7, tzinfo=UTC)
NAMES = st.from_regex(r"[a-z_]{1,20}", fullmatch=True)
VALUES = st.text(st.characters(exclude_categories=["Cs"])) | st.integers()


class SayingChip(Chip):
    """A chip of which only the serial port is there."""

    def __init__(self) -> None:
        self.said: list[str] = []

    def uptime_ms(self) -> int:
        return 12_345

    def say(self, text: str) -> None:
        self.said.append(text)


def written(event: str, **fields: object) -> str:
    chip = SayingChip()
    Log(chip).info(event, **fields)
    return chip.said[0]


@given(event=NAMES, fields=st.dictionaries(NAMES, VALUES))
def test_what_the_firmware_writes_is_read_back(
    event: str, fields: dict[str, object]
) -> None:
    for taken in ("t", "level", "event", "self"):
        fields.pop(taken, None)
    text = written(event, **fields)
    said = {name: str(value) for name, value in fields.items()}
    expected = {"t": "12.345", "level": "info", **said}
    assert read(NOW, text) == Line(NOW, text, event, expected)


@pytest.mark.parametrize(
    "text",
    ["", ">>> ", "event=joined", "t=1 level=info event=joined", "Traceback (most"],
)
def test_what_is_not_of_the_log_has_no_event(text: str) -> None:
    assert read(NOW, text) == Line(NOW, text)


def test_a_field_that_is_cut_off_is_left_out() -> None:
    whole = written("joining", ssid="a net", times=2)
    line = read(NOW, whole[: whole.index(" net")])
    assert (line.event, line.fields) == ("joining", {"t": "12.345", "level": "info"})


def test_a_value_cannot_pretend_to_be_an_event() -> None:
    line = read(NOW, written("joining", ssid='x" event=ended error=y'))
    assert line.event == "joining"
    assert line.fields["ssid"] == 'x" event=ended error=y'
