"""In: a board. Out: whether each bad request gets a complete refusal, and no more."""

import pytest

from .board import Board

START = b"GET / HTTP/1.1\r\nHost: board\r\n"
END = b"\r\n\r\n"
MALFORMED = {
    "no_http": b"hello board" + END,
    "binary": b"\x00\xff\xfe\x80" + END,
    "no_version": b"GET /" + END,
    "unknown_version": b"GET / HTTP/9.9" + END,
    "path_without_slash": b"GET info HTTP/1.1" + END,
    "header_without_colon": START + b"nothing here" + END,
    "negative_length": START + b"Content-Length: -5" + END,
    "length_in_words": START + b"Content-Length: many" + END,
}
TOO_LARGE: dict[str, tuple[bytes, set[int]]] = {
    "absurd_length": (START + b"Content-Length: " + b"9" * 20 + END, {400, 413}),
    "large_body_announced": (START + b"Content-Length: 100000" + END, {413}),
    "large_body_sent": (START + b"Content-Length: 6000" + END + b"x" * 6000, {413}),
    "long_request_line": (b"GET /" + b"a" * 4000 + b" HTTP/1.1" + END, {414, 400, 431}),
    "long_header": (START + b"X-Long: " + b"a" * 4000 + END, {431, 400}),
    "many_headers": (START + b"X-Many: headers\r\n" * 250 + b"\r\n", {431, 400}),
}


@pytest.mark.parametrize("name", MALFORMED)
def test_a_malformed_request_is_refused_and_the_board_serves_on(
    board: Board, name: str
) -> None:
    answer = board.ask_raw(MALFORMED[name])
    assert answer.status == 400
    assert answer.error()
    assert board.ask().status == 200


@pytest.mark.parametrize("name", TOO_LARGE)
def test_a_request_beyond_all_bounds_is_refused_and_the_board_serves_on(
    board: Board, name: str
) -> None:
    request, allowed = TOO_LARGE[name]
    answer = board.ask_raw(request, may_reset=True)
    assert answer.status in allowed
    assert answer.error()
    assert board.ask().status == 200
