"""In: bytes of an HTTP answer, as they come. Out: the answer, once it is whole."""

import re
from collections.abc import Callable
from typing import TypeAlias

from attrs import define

from picotemp_collector.devices.answer import Answer, has_body_of_use
from picotemp_collector.devices.failure import broken
from picotemp_collector.devices.head import Head, UnusualError, check_piece, head_of

HEAD_MOST_BYTES = 8192
# A board's is shorter.
REMEMBERED_MOST_BYTES = 512
MOST_INTERIM_HEADS = 8
LINE_END = b"\r\n"
HEAD_END = b"\r\n\r\n"
CHUNK_SIZE = re.compile(rb"([0-9A-Fa-f]{1,8})\r\n")
CHUNK_SIZE_PIECE = re.compile(rb"(?:[0-9A-Fa-f]{1,8}\r?)?")

# What came first, and how much of a body is wanted.
Remembered: TypeAlias = Callable[[bytes, int], Answer | None]
HeadOf: TypeAlias = Callable[[bytes], Head | None]


def whole_answer(head_of: HeadOf, data: bytes, most_bytes: int) -> Answer | None:
    """Give the answer that came in one piece; None if it is not whole."""
    return Response(most_bytes, head_of).take(data)


def _remembers_nothing(_data: bytes, _most_bytes: int) -> Answer | None:
    return None


@define
class Response:
    """An answer on its way; a byte more than `most_bytes` of its body cuts it."""

    most_bytes: int
    _head_of: HeadOf = head_of
    # Devices say the same again and again: what is known need not be understood anew.
    _remembered: Remembered = _remembers_nothing
    _is_new: bool = True
    _head: Head | None = None
    _interim_heads: int = 0
    # What came and is not understood yet; the body, as far as it came in chunks.
    _received: bytes = b""
    _body: bytes = b""

    @property
    def ends_with_the_connection(self) -> bool:
        """Tell whether the body has no other end."""
        head = self._head
        return head is not None and head.length_bytes is None and not head.is_chunked

    def take(self, data: bytes) -> Answer | None:
        """Take what came; give the answer once it is there. Raises UnusualError."""
        if self._is_new and len(data) <= REMEMBERED_MOST_BYTES:
            answer = self._remembered(data, self.most_bytes)
            if answer is not None:
                return answer
        self._is_new = False
        self._received += data
        if self._head is None:
            self._head = self._take_head()
        return None if self._head is None else self._answer(self._head)

    def end(self) -> Answer:
        """Give the answer that the end of the connection makes whole.

        Raises PollError if it does not, UnusualError.
        """
        if self._head is not None and self.ends_with_the_connection:
            return self._whole(self._head, self._received)
        raise broken()

    def _take_head(self) -> Head | None:
        while (end := self._received.find(HEAD_END, 0, HEAD_MOST_BYTES)) >= 0:
            if self._interim_heads > MOST_INTERIM_HEADS:
                raise UnusualError("too many interim answers")
            end += len(HEAD_END)
            head = self._head_of(self._received[:end])
            self._received = self._received[end:]
            if head is not None:
                return head
            self._interim_heads += 1
        if len(self._received) >= HEAD_MOST_BYTES:
            raise UnusualError(f"a head of over {HEAD_MOST_BYTES} bytes")
        check_piece(self._received)
        return None

    def _answer(self, head: Head) -> Answer | None:
        if not has_body_of_use(head.status):
            return Answer(head.status, head.retry_after, b"", cut=False)
        if head.is_chunked:
            return self._of_chunks(head)
        if head.length_bytes is None:
            return self._if_cut(head, self._received)
        missing_bytes = head.length_bytes - len(self._received)
        if missing_bytes > 0:
            return self._if_cut(head, self._received)
        if missing_bytes < 0:
            raise UnusualError("more bytes than its Content-Length")
        return self._whole(head, self._received)

    def _of_chunks(self, head: Head) -> Answer | None:
        while size := CHUNK_SIZE.match(self._received):
            begin, end = size.end(), size.end() + int(size[1], 16)
            after = self._received[end : end + len(LINE_END)]
            if begin == end:
                return self._after_chunks(head, self._received[begin:])
            if not LINE_END.startswith(after):
                raise UnusualError("a chunk that is longer than it says")
            if after != LINE_END:
                # What is there of a chunk counts, so that a huge one ends here.
                return self._if_cut(head, self._body + self._received[begin:end])
            self._body += self._received[begin:end]
            self._received = self._received[end + len(LINE_END) :]
        if not CHUNK_SIZE_PIECE.fullmatch(self._received):
            raise UnusualError("a chunk without a plain size")
        return self._if_cut(head, self._body)

    def _after_chunks(self, head: Head, rest: bytes) -> Answer | None:
        if rest == LINE_END:
            return self._whole(head, self._body)
        if not LINE_END.startswith(rest):
            raise UnusualError("more after the last chunk")
        return self._if_cut(head, self._body)

    def _if_cut(self, head: Head, body: bytes) -> Answer | None:
        return self._whole(head, body) if len(body) > self.most_bytes else None

    def _whole(self, head: Head, body: bytes) -> Answer:
        kept = body[: self.most_bytes + 1]
        return Answer(head.status, head.retry_after, kept, len(body) > self.most_bytes)
