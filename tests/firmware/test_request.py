"""In: any bytes in any pieces. Out: one whole head, or the status of its refusal."""

from collections.abc import Sequence
from typing import cast

import pytest
from hypothesis import given
from hypothesis import strategies as st

from picotemp import request
from picotemp.chip import Connection
from picotemp.request import BODY_MOST_BYTES, HEAD_MOST_BYTES, LINE_MOST_BYTES

END = b"\r\n\r\n"
GET = b"GET / HTTP/1.1\r\n"
PLAIN = GET + b"Host: board" + END


class Pieces(Connection):
    """A connection that hands out given pieces, never more than is asked for."""

    def __init__(self, pieces: Sequence[bytes]) -> None:
        self.left = [piece for piece in pieces if piece]
        self.read_bytes = 0

    def take(self, most_bytes: int) -> bytes | None:
        if not self.left:
            return b""
        given, rest = self.left[0][:most_bytes], self.left[0][most_bytes:]
        self.left[:1] = [rest] if rest else []
        self.read_bytes += len(given)
        return given


def outcome(*pieces: bytes) -> bytes | int:
    """Give the head, or the status of the refusal."""
    return outcome_of(Pieces(pieces))


def outcome_of(sender: Pieces) -> bytes | int:
    """Run to the end: nothing in it really waits."""
    work = request.read(sender, b"")
    try:
        work.send(None)
    except StopIteration as end:
        return cast("tuple[bytes, bool]", end.value)[0]
    except request.BadRequestError as error:
        return error.status
    raise AssertionError("it waits for something else than the sender")


def line_of(length: int) -> bytes:
    """Give a request line of so many bytes, its CRLF not counted."""
    return b"GET /" + b"x" * (length - 14) + b" HTTP/1.1"


def head_of(length: int) -> bytes:
    """Give a head of so many bytes, its empty line not counted."""
    start = GET + b"X: "
    return start + b"x" * (length - len(start))


def cuts(text: bytes) -> st.SearchStrategy[list[bytes]]:
    """Give a text in any pieces."""

    def cut(places: list[int]) -> list[bytes]:
        ends = [*sorted(places), len(text)]
        return [text[a:b] for a, b in zip([0, *ends], ends, strict=False)]

    return st.lists(st.integers(0, len(text)), max_size=12).map(cut)


HEADERS = st.lists(
    st.builds(
        lambda name, value: (name + ": " + value).encode(),
        st.text("abcXYZ-", min_size=1),
        st.text("abc 019:;=\"'\\", max_size=20),
    ).filter(lambda line: not line.lower().startswith((b"content", b"transfer"))),
    max_size=8,
)
TARGETS = st.text("abcxyz/?=&%.019", max_size=40).map(lambda text: "/" + text)
HEADS = st.builds(
    lambda method, target, version, headers: (
        b"\r\n".join([f"{method} {target} HTTP/1.{version}".encode(), *headers]) + END
    ),
    st.sampled_from(["GET", "HEAD", "POST", "PUT", "DELETE", "OPTIONS", "BREW"]),
    TARGETS,
    st.sampled_from("01"),
    HEADERS,
)


@given(HEADS.flatmap(cuts))
def test_a_head_is_read_in_any_pieces(pieces: list[bytes]) -> None:
    assert outcome(*pieces) == b"".join(pieces)


def test_a_head_is_read_byte_by_byte() -> None:
    assert outcome(*[bytes([byte]) for byte in PLAIN]) == PLAIN


@given(st.binary(max_size=300).flatmap(cuts))
def test_the_verdict_does_not_hang_on_the_pieces(pieces: list[bytes]) -> None:
    assert outcome(*pieces) == outcome(b"".join(pieces))


@given(st.lists(st.binary(max_size=700), max_size=6), st.booleans())
def test_no_bytes_whatever_make_it_stumble(pieces: list[bytes], is_get: bool) -> None:
    sender = Pieces([GET, *pieces] if is_get else pieces)
    assert isinstance(outcome_of(sender), bytes) or sender.read_bytes <= 4096


@pytest.mark.parametrize("sent", [b"", b"G", PLAIN[:-1], GET])
def test_a_client_that_left_gets_nothing(sent: bytes) -> None:
    assert outcome(sent) == b""


def test_the_longest_line_passes() -> None:
    head = line_of(LINE_MOST_BYTES) + END
    assert len(line_of(LINE_MOST_BYTES)) == LINE_MOST_BYTES == 512
    assert outcome(head) == head
    assert outcome(line_of(LINE_MOST_BYTES + 1) + END) == 414


def test_the_longest_head_passes() -> None:
    head = head_of(HEAD_MOST_BYTES) + END
    assert len(head) == HEAD_MOST_BYTES + 4 == 2052
    assert outcome(head) == head
    assert outcome(head_of(HEAD_MOST_BYTES + 1) + END) == 431


@pytest.mark.parametrize(
    "head",
    [line_of(LINE_MOST_BYTES) + END, head_of(HEAD_MOST_BYTES) + END],
    ids=["line", "head"],
)
def test_the_longest_passes_in_any_two_pieces(head: bytes) -> None:
    refused = [at for at in range(len(head)) if outcome(head[:at], head[at:]) != head]
    assert refused == []


@pytest.mark.parametrize("size", [513, 514, 1000, 5000, 100_000])
def test_t2_a_line_without_end_is_refused_early(size: int) -> None:
    sender = Pieces([b"GET /" + b"x" * size])
    assert outcome_of(sender) == 414
    assert sender.read_bytes <= 1024


def test_t2_headers_without_end_are_refused_early() -> None:
    sender = Pieces([GET + b"X: y\r\n" * 10_000])
    assert outcome_of(sender) == 431
    assert sender.read_bytes <= 2560


@pytest.mark.parametrize(
    "line",
    [
        b"",
        b"GET",
        b"GET /",
        b"GET  / HTTP/1.1",
        b"GET / HTTP/1.1 ",
        b" GET / HTTP/1.1",
        b"get / HTTP/1.1",
        b"GET info HTTP/1.1",
        b"GET http://board/ HTTP/1.1",
        b"G3T / HTTP/1.1",
        b"\xc7ET / HTTP/1.1",
        b"GET / HTTP/2.0",
        b"GET / HTTP/0.9",
        b"GET / http/1.1",
        b"GET / HTTP/1.1\nHost: board",
    ],
)
def test_what_is_no_request_line_is_a_bad_request(line: bytes) -> None:
    assert outcome(line + END) == 400
    assert outcome(line + b"\r\nHost: board" + END) == 400


@pytest.mark.parametrize(
    "header",
    [b"nothing", b": value", b" : value", b"Name : x", b" folded: x", b"\tx: y"],
)
def test_what_is_no_header_is_a_bad_request(header: bytes) -> None:
    for before in (GET, GET + b"Host: board\r\n"):
        assert outcome(before + header + END) == 400


@pytest.mark.parametrize("end", [b"\n\n", b"\r\r", b"\n\r\n"])
def test_only_crlf_ends_a_head(end: bytes) -> None:
    assert outcome(GET.strip() + b"\r\nHost: board" + end) == b""


@pytest.mark.parametrize(
    "value", [b"-1", b"+1", b"1.0", b"0x10", b"many", b"", b"1 2", b"1,1", b"9" * 10]
)
def test_t3_a_length_that_is_none_is_a_bad_request(value: bytes) -> None:
    assert outcome(GET + b"Content-Length: " + value + END) == 400


@pytest.mark.parametrize(
    "name", [b"Content-Length", b"content-length", b"CONTENT-LENGTH"]
)
@pytest.mark.parametrize(
    ("length", "is_taken"),
    [(0, True), (1024, True), (1025, False), (999_999_999, False)],
)
def test_only_small_bodies_are_taken(name: bytes, length: int, is_taken: bool) -> None:
    head = b"POST / HTTP/1.1\r\n" + name + b": %d" % length + END
    assert outcome(head, b"x" * min(length, 1024)) == (head if is_taken else 413)


def test_a_body_in_chunks_is_refused() -> None:
    assert outcome(GET + b"Transfer-Encoding: chunked" + END) == 413


@given(st.data())
def test_a_body_is_read_to_its_end_and_no_further(data: st.DataObject) -> None:
    length = data.draw(st.integers(0, BODY_MOST_BYTES))
    head = b"POST / HTTP/1.1\r\nContent-Length: %d" % length + END
    sender = Pieces([*data.draw(cuts(head + b"x" * length)), b"next"])
    assert outcome_of(sender) == head
    assert sender.left in ([b"next"], [])
    assert sender.read_bytes >= len(head) + length


def test_a_body_that_ends_early_is_forgiven() -> None:
    head = b"POST / HTTP/1.1\r\nContent-Length: 9" + END
    assert outcome(head, b"four") == head


@pytest.mark.parametrize(("second", "is_taken"), [(b"7", False), (b"5", True)])
def test_two_lengths_that_differ_are_refused(second: bytes, is_taken: bool) -> None:
    lengths = b"\r\nContent-Length: 5\r\nContent-Length: " + second
    head = b"POST / HTTP/1.1" + lengths + END
    assert outcome(head, b"x" * 7) == (head if is_taken else 400)


@pytest.mark.parametrize("more", [b"", b"x", PLAIN])
@pytest.mark.parametrize("body", [b"", b"hello"])
def test_t4_who_sends_more_than_one_request_is_seen(body: bytes, more: bytes) -> None:
    head = GET + b"Content-Length: %d" % len(body) + END
    with pytest.raises(StopIteration) as end:
        request.read(Pieces([head + body + more]), b"").send(None)
    # Behind a body nobody knows whether more of it waits.
    assert end.value.value == (head, bool(body or more))
