"""In: HTTP answers of every kind. Out: what aiohttp makes of them, or "unusual"."""

import asyncio
import re
from collections.abc import Sequence
from functools import lru_cache, partial

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from collector.oracle import ENDS, Outcome, ask_oracle, outcome_of
from collector.raw_answers import (
    READING,
    damaged,
    in_pieces,
    odd_answers,
    plain_answers,
)
from picotemp.payload import Reading
from picotemp_collector.devices.answer import Answer
from picotemp_collector.devices.failure import broken
from picotemp_collector.devices.head import UnusualError, head_of
from picotemp_collector.devices.response import Response, whole_answer
from picotemp_collector.devices.target import READING_MOST_BYTES
from picotemp_collector.errors import Failure, FailureReason

UNUSUAL = "unusual"
CHUNKED = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
INTERIM_HEADS = re.compile(rb"\A(?:HTTP/1\.[01] 1.*?\r\n\r\n)+", re.DOTALL)
FRAMING = re.compile(rb"(?i)\n(content-length|transfer-encoding):")


def lean(pieces: Sequence[bytes], end: str) -> Outcome:
    """Give what the lean client makes of pieces that end so, remembered or not."""
    remembered = lru_cache(partial(whole_answer, head_of))
    first, again = (
        _lean(Response(READING_MOST_BYTES, head_of, remembered), pieces, end)
        for _ in range(2)
    )
    assert first == again == _lean(Response(READING_MOST_BYTES), pieces, end)
    return first


def _lean(response: Response, pieces: Sequence[bytes], end: str) -> Outcome:
    try:
        for piece in filter(None, pieces):
            answer = response.take(piece)
            if answer is not None:
                return outcome_of(lambda given=answer: given)  # type: ignore[misc]
    except UnusualError:
        return UNUSUAL
    if end == "waits":
        return "waits"
    if end == "resets" and not response.ends_with_the_connection:
        return broken().failure
    return outcome_of(response.end)


def agree(pieces: Sequence[bytes], end: str) -> None:
    ours = lean(pieces, end)
    if ours == UNUSUAL:
        return
    # What follows a head in the same piece may cost aiohttp the head: a matter of
    # luck, so its word counts for either way.
    luck = asyncio.run(ask_oracle(pieces, end))
    if ours != luck and not _breaks_off_at_odds(b"".join(pieces), luck):
        heads_apart = re.split(rb"(?<=\r\n\r\n)", b"".join(pieces))
        assert ours == asyncio.run(ask_oracle(heads_apart, end))


def _breaks_off_at_odds(raw: bytes, oracles: Outcome) -> bool:
    """Tell a head that is cut where its framing was to be refused anyway."""
    raw = INTERIM_HEADS.sub(b"", raw)
    is_cut = b"\r\n\r\n" not in raw and FRAMING.search(raw) is not None
    return (
        is_cut
        and isinstance(oracles, Failure)
        and oracles.reason is FailureReason.BAD_HTTP
    )


@settings(max_examples=200)
@given(in_pieces(plain_answers()), st.sampled_from(ENDS))
def test_a_plain_answer_is_understood_as_aiohttp_does(
    pieces: list[bytes], end: str
) -> None:
    assert lean(pieces, end) != UNUSUAL
    agree(pieces, end)


@settings(max_examples=200)
@given(in_pieces(odd_answers()), st.sampled_from(ENDS))
def test_an_odd_answer_is_understood_as_aiohttp_does_or_handed_over(
    pieces: list[bytes], end: str
) -> None:
    agree(pieces, end)


@settings(max_examples=200)
@given(in_pieces(damaged(plain_answers() | odd_answers())), st.sampled_from(ENDS))
def test_a_damaged_answer_is_understood_as_aiohttp_does_or_handed_over(
    pieces: list[bytes], end: str
) -> None:
    agree(pieces, end)


@pytest.mark.parametrize(
    "raw",
    [
        b"HTTP/1.1 200 OK\r\nContent-Length: 32\r\nContent-Length: 5\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Length: 32, 32\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Length: 32\r\nTransfer-Encoding: chunked\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip, chunked\r\n\r\n",
        b"HTTP/1.0 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 32\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nUpgrade: h2c\r\nContent-Length: 32\r\n\r\n",
        b"HTTP/1.1 200 OK\nContent-Length: 32\n\n" + READING + b"\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nA: b\r\n folded\r\n\r\n",
        b"HTTP/1.1 101 Switching Protocols\r\n\r\n",
        b"HTTP/1.1 103 Early Hints\r\nLink: a\r\n\r\n",
        b"HTTP/1.1 200 OK\r\n" + b"A: b\r\n" * 101 + b"\r\n",
        b"HTTP/1.1 200 OK\r\nA: " + b"b" * 8192 + b"\r\n\r\n",
        b"HTTP/1.1 100 Continue\r\n\r\n" * 1000,
        CHUNKED + b"20;a=b\r\n" + READING + b"\r\n0\r\n\r\n",
        CHUNKED + b"1f\r\n" + READING + b"\r\n0\r\n\r\n",
        CHUNKED + b"20\r\n" + READING + b"\r\n0\r\nTrailer: a\r\n\r\n",
        b"\x00\x00\x12\x04\x00\x00\x00\x00\x00",
        b"login: ",
    ],
)
def test_what_is_not_plain_is_handed_over_however_it_comes(raw: bytes) -> None:
    assert lean([raw], "closes") == UNUSUAL
    assert lean([bytes([byte]) for byte in raw], "closes") == UNUSUAL


def test_more_than_its_content_length_is_not_plain() -> None:
    head = b"HTTP/1.1 200 OK\r\nContent-Length: 32\r\n\r\n"
    assert lean([head, READING + b"more"], "waits") == UNUSUAL
    assert lean([head, READING, b"more"], "waits") == Reading(27.04, 80.67)


def test_no_more_of_a_body_is_kept_than_shows_that_it_is_too_long() -> None:
    for head in (CHUNKED + b"fffffff\r\n", b"HTTP/1.0 200 OK\r\n\r\n"):
        response = Response(10)
        assert response.take(head + b"x" * 10) is None
        assert response.take(b"x" * 1000) == Answer(200, None, b"x" * 11, cut=True)


def test_a_body_that_looks_like_an_answer_is_a_body() -> None:
    inner = b"HTTP/1.1 200 OK\r\nContent-Length: 32\r\n\r\n" + READING
    head = b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n" % len(inner)
    response = Response(4096, head_of, partial(whole_answer, head_of))
    assert response.take(head) is None
    assert response.take(inner) == Answer(200, None, inner, cut=False)
