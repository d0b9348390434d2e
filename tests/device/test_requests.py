"""In: a board. Out: whether it answers each legal request as it should."""

import pytest

from .answer import judge, kind_of
from .board import ANSWER_SECONDS, Board
from .client import Ending

PATHS = ("/", "/info", "/metrics")
UNKNOWN_PATHS = ("/nothing", "/index.html", "/info/more", "/" + "a" * 200)
WRONG_METHODS = ("POST", "PUT", "DELETE")
# Between two requests a value may gain a sign or a digit or two.
LENGTH_MAY_DIFFER_BYTES = 16


@pytest.mark.parametrize("version", ["HTTP/1.0", "HTTP/1.1"])
@pytest.mark.parametrize("path", PATHS)
def test_both_versions_of_http_are_spoken(
    board: Board, path: str, version: str
) -> None:
    request = board.request(path, version=version)
    assert board.ask_raw(request, kind=kind_of(path)).status == 200


def test_a_request_may_come_in_many_small_pieces(board: Board) -> None:
    request = board.request()
    pieces = [request[start : start + 5] for start in range(0, len(request), 5)]
    assert len(pieces) > 5
    assert board.ask_raw(*pieces).status == 200


def test_a_header_may_be_cut_anywhere(board: Board) -> None:
    request = board.request()
    assert board.ask_raw(request[:-3], request[-3:]).status == 200


def test_a_client_that_says_it_sends_no_more_is_answered(board: Board) -> None:
    client = board.connect()
    client.send(board.request())
    client.half_close()
    received = client.read_to_end(board.limit(ANSWER_SECONDS))
    assert judge(received.data).status == 200
    assert received.ending is Ending.CLOSED


@pytest.mark.parametrize("name", ["content-length", "CONTENT-LENGTH", "cOnTent-lEngth"])
def test_header_names_count_in_any_case(board: Board, name: str) -> None:
    answer = board.ask_raw(board.request(headers=[f"{name}: 0", "x-OTHER: 1"]))
    assert answer.status == 200
    assert board.ask_raw(board.request(headers=[f"{name}: -1"])).status in (400, 413)


def test_a_connection_is_closed_even_if_the_client_would_keep_it(board: Board) -> None:
    answer = board.ask_raw(board.request(headers=["Connection: keep-alive"]))
    assert answer.status == 200
    assert answer.headers["connection"].lower() == "close"


@pytest.mark.parametrize("path", PATHS)
def test_head_gives_the_headers_of_get_and_no_body(board: Board, path: str) -> None:
    got, head = board.ask(path), board.ask(path, "HEAD")
    assert head.status == 200
    assert head.headers.keys() == got.headers.keys()
    differ = int(head.headers["content-length"]) - len(got.body)
    assert abs(differ) <= LENGTH_MAY_DIFFER_BYTES


@pytest.mark.parametrize("path", UNKNOWN_PATHS)
def test_an_unknown_path_is_not_found(board: Board, path: str) -> None:
    answer = board.ask(path)
    assert answer.status == 404
    assert answer.error()


@pytest.mark.parametrize("method", WRONG_METHODS)
@pytest.mark.parametrize("path", PATHS)
def test_a_wrong_method_is_told_which_are_allowed(
    board: Board, path: str, method: str
) -> None:
    answer = board.ask(path, method)
    assert answer.status == 405
    assert answer.error()
    allowed = answer.headers.get("allow", "").replace(" ", "").split(",")
    assert "GET" in allowed
    assert method not in allowed


def test_a_wrong_method_with_a_small_body_is_answered_too(board: Board) -> None:
    request = board.request(method="POST", body=b'{"tempC": 20.0}')
    assert board.ask_raw(request).status == 405


def test_fifty_quick_requests_in_a_row_are_served(board: Board) -> None:
    assert [board.ask().status for _ in range(50)] == [200] * 50
