"""In: status, headers, body. Out: one whole answer, read back by a strict reader."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from picotemp.answer import REASONS, error_body, render, render_error

from .http_answer import is_busy, parse

NAMES = st.text("abcXYZ-", min_size=1, max_size=12).filter(
    lambda name: name.lower() not in ("connection", "content-length", "cache-control")
)


def test_t15_an_answer_is_exactly_this() -> None:
    assert render(200, {"Content-Type": "text/plain"}, b"warm") == (
        b"HTTP/1.0 200 OK\r\n"
        b"Content-Type: text/plain\r\n"
        b"Content-Length: 4\r\n"
        b"Cache-Control: no-store\r\n"
        b"Connection: close\r\n"
        b"\r\n"
        b"warm"
    )


@given(
    st.sampled_from(sorted(REASONS)),
    st.dictionaries(NAMES, st.text("abc 019/;=", min_size=1).map(str.strip)),
    st.binary(max_size=200),
)
def test_any_answer_can_be_read_back(
    status: int, headers: dict[str, str], body: bytes
) -> None:
    headers = {name.lower(): value or "x" for name, value in headers.items()}
    answer = parse(render(status, headers, body))
    assert (answer.status, answer.body) == (status, body)
    assert headers.items() <= answer.headers.items()


@given(st.sampled_from(sorted(REASONS)), st.binary(max_size=200))
def test_the_answer_to_head_has_the_length_and_no_body(
    status: int, body: bytes
) -> None:
    whole, head = render(status, {}, body), render(status, {}, body, is_head=True)
    assert whole == head + body
    assert parse(head, is_head=True).headers["content-length"] == str(len(body))


@pytest.mark.parametrize("status", sorted(REASONS))
def test_every_status_has_its_reason(status: int) -> None:
    assert parse(render_error(status, "no")).reason == REASONS[status] != "Unknown"


@given(st.text())
def test_an_error_is_json_whatever_the_reason(reason: str) -> None:
    answer = parse(render_error(404, reason))
    assert answer.json() == {"error": reason}
    assert answer.body == error_body(reason)


def test_a_busy_board_says_when_to_come_again() -> None:
    answer = parse(render_error(503, "busy", {"Retry-After": "1"}))
    assert is_busy(answer)
    assert not is_busy(parse(render_error(503, "the ADC failed")))
