"""In: hypothesis. Out: HTTP answers in bytes, from plain to broken, in pieces."""

from hypothesis import strategies as st

READING = b'{"tempC": 27.04, "tempF": 80.67}'
PLAIN_STATUS = [
    b"HTTP/1.1 200 OK",
    b"HTTP/1.0 200 OK",
    b"HTTP/1.1 200",
    b"HTTP/1.1 503 Service Unavailable",
    b"HTTP/1.1 404 Not Found",
    b"HTTP/1.1 301 Moved",
    b"HTTP/1.0 500 ",
]
ODD_STATUS = [
    b"HTTP/1.1 204 No Content",
    b"HTTP/1.1 304 Not Modified",
    b"HTTP/1.1 101 Switching Protocols",
    b"HTTP/1.1 199 What",
    b"HTTP/1.1 999 What",
    b"HTTP/1.1 000 What",
    b"HTTP/1.1 20 What",
    b"HTTP/1.1 2000 What",
    b"HTTP/1.1  200 OK",
    b"HTTP/1.2 200 OK",
    b"HTTP/2 200 OK",
    b"http/1.1 200 OK",
    b"HTTP/1.1 200 \xc3\xa4",
    b" HTTP/1.1 200 OK",
    b"\r\nHTTP/1.1 200 OK",
    b"SSH-2.0-OpenSSH_9.2",
    b"ICY 200 OK",
    b"RTSP/1.0 200 OK",
    b"{}",
    b"",
]
PLAIN_FIELDS = [
    b"Content-Type: application/json",
    b"Connection: close",
    b"connection: Keep-Alive",
    b"Server:",
    b"X:\ta b \t",
    b"Retry-After: 1",
    b"retry-after:soon ",
    b"Location: http://169.254.0.1/",
]
ODD_FIELDS = [
    b"Content-Length: 32",
    b"content-length:0",
    b"Content-Length: 5, 5",
    b"Content-Length: +32",
    b"Content-Length: ",
    b"Content-Length: -1",
    b"Content-Length: 99999999999999999999999",
    b"Content-Length: 0x20",
    b"Transfer-Encoding: chunked",
    b"Transfer-Encoding: Chunked",
    b"Transfer-Encoding: gzip, chunked",
    b"Transfer-Encoding: identity",
    b"Transfer-Encoding:",
    b"Content-Encoding: gzip",
    b"Content-Encoding: identity",
    b"Upgrade: h2c",
    b"Connection: upgrade",
    b"Content-Length : 32",
    b" folded",
    b"no colon",
    b": no name",
    b"N\xc3\xa4me: x",
    b"Name: \xff\x00",
    b"Name: a\rb",
    b"Long: " + b"x" * 9000,
]
INTERIM = [
    b"",
    b"HTTP/1.1 100 Continue\r\n\r\n",
    b"HTTP/1.1 103 Hints\r\nLink: x\r\n\r\n",
]
BODIES = [
    READING,
    b"",
    b"<html>",
    b'{"error": "stuck"}',
    READING.ljust(4096),
    READING.ljust(4097),
    READING.ljust(9000),
]


@st.composite
def chunked(draw: st.DrawFn, body: bytes, odd: bool) -> bytes:
    """Give a body in chunks; if odd, perhaps not as it should be."""
    raw = b""
    while body:
        size = draw(st.integers(1, max(1, len(body))))
        form = draw(st.sampled_from([b"%x", b"%X", b"00%x"]))
        extension = (
            draw(st.sampled_from([b"", b"", b";a=b", b" ", b"g"])) if odd else b""
        )
        end = draw(st.sampled_from([b"\r\n", b"\r\n", b"\n", b"x"])) if odd else b"\r\n"
        raw += form % size + extension + b"\r\n" + body[:size] + end
        body = body[size:]
    last = [b"0\r\n\r\n", b"0\r\nTrailer: x\r\n\r\n", b"0\r\n\r\nmore", b"0\r\n", b""]
    return raw + (draw(st.sampled_from(last)) if odd else last[0])


@st.composite
def plain_answers(draw: st.DrawFn) -> bytes:
    """Give an answer as servers that do it right give it."""
    status = draw(st.sampled_from(PLAIN_STATUS))
    fields = draw(st.lists(st.sampled_from(PLAIN_FIELDS), max_size=4))
    body = draw(st.sampled_from(BODIES))
    ways = ["length", "close"] + ["chunks"] * status.startswith(b"HTTP/1.1")
    way = draw(st.sampled_from(ways))
    if way == "length":
        fields.append(b"Content-Length: %d" % len(body))
    if way == "chunks":
        fields.append(b"Transfer-Encoding: chunked")
        body = draw(chunked(body, odd=False))
    return b"\r\n".join([status, *fields, b"", body])


@st.composite
def odd_answers(draw: st.DrawFn) -> bytes:
    """Give an answer with anything in it."""
    interim = draw(st.sampled_from(INTERIM))
    status = draw(st.sampled_from(PLAIN_STATUS + ODD_STATUS))
    fields = draw(st.lists(st.sampled_from(PLAIN_FIELDS + ODD_FIELDS), max_size=4))
    body = draw(st.sampled_from(BODIES))
    if draw(st.booleans()):
        body = draw(chunked(body, odd=True))
    end = draw(st.sampled_from([b"\r\n", b"\r\n", b"\r\n", b"\n"]))
    return interim + end.join([status, *fields, b"", body])


@st.composite
def damaged(draw: st.DrawFn, answers: st.SearchStrategy[bytes]) -> bytes:
    """Give an answer of which a piece is missing, or is another."""
    raw = draw(answers)
    begin, end = sorted(draw(st.tuples(*[st.integers(0, len(raw))] * 2)))
    new = draw(
        st.sampled_from([b"", b"\r\n", b"\n", b" ", b"\x00"]) | st.binary(max_size=4)
    )
    if draw(st.booleans()):
        return raw[:begin]
    return raw[:begin] + new + raw[min(end, begin + 3) :]


@st.composite
def in_pieces(draw: st.DrawFn, answers: st.SearchStrategy[bytes]) -> list[bytes]:
    """Give an answer cut anywhere."""
    raw = draw(answers)
    cuts = sorted(draw(st.lists(st.integers(0, len(raw)), max_size=5)))
    return [raw[a:b] for a, b in zip([0, *cuts], [*cuts, len(raw)], strict=True)]
