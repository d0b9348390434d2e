"""In: a board. Out: whether each bad request gets a complete refusal, and no more."""

import pytest

from .answer import judge
from .board import GONE_SECONDS, Board
from .client import Ending

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
    "length_of_20_digits": START + b"Content-Length: " + b"9" * 20 + END,
    "two_lengths": START + b"Content-Length: 0\r\nContent-Length: 3" + END + b"abc",
    "space_before_colon": START + b"Accept : */*" + END,
    "nul_in_the_line": b"GET /\x00 HTTP/1.1" + END,
    "control_in_the_line": b"GET /\x07 HTTP/1.1" + END,
    "tabs_for_spaces": b"GET\t/\tHTTP/1.1" + END,
}
# HTTP leaves it to the server whether it takes, refuses or cuts these.
UNCLEAR = {
    "nul_in_a_header": START + b"X-Nul: a\x00b" + END,
    "bare_line_feeds": b"GET / HTTP/1.1\nHost: board\n\n",
    "half_a_line": b"GET / HT",
    "half_a_head": START,
    "half_a_body": START + b"Content-Length: 10" + END + b"half",
}
HALF_CLOSED = {name for name in UNCLEAR if name.startswith("half")}
TOO_LARGE: dict[str, tuple[bytes, set[int]]] = {
    "large_body_announced": (START + b"Content-Length: 100000" + END, {413}),
    "large_body_sent": (START + b"Content-Length: 6000" + END + b"x" * 6000, {413}),
    "long_request_line": (b"GET /" + b"a" * 4000 + b" HTTP/1.1" + END, {414, 400, 431}),
    "long_header": (START + b"X-Long: " + b"a" * 4000 + END, {431, 400}),
    "endless_line": (b"GET /" + b"a" * 12000, {414, 400, 431}),
    "chunked": (
        START + b"Transfer-Encoding: chunked" + END + b"3\r\nabc\r\n0" + END,
        {400, 411, 413},
    ),
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


def test_of_two_requests_at_once_the_first_alone_is_answered(board: Board) -> None:
    request = board.request()
    assert board.ask_raw(request + request, may_reset=True).status == 200
    assert board.ask().status == 200


@pytest.mark.parametrize("name", UNCLEAR)
def test_an_unclear_request_ends_in_time_and_the_board_serves_on(
    board: Board, name: str
) -> None:
    client = board.connect()
    client.send(UNCLEAR[name])
    if name in HALF_CLOSED:
        client.half_close()
    received = client.read_to_end(board.limit(GONE_SECONDS))
    assert received.ending is not Ending.OPEN
    if received.data:
        assert judge(received.data).status in (200, 400, 408)
    assert board.ask().status == 200
