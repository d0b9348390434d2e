"""In: where a board is, how slow it is. Out: what one can ask it, each with a limit."""

import time
from collections.abc import Sequence

from picotemp.payload import Reading, parse

from .answer import JSON, Answer, WrongAnswerError, judge, kind_of
from .client import Client, Ending, Place
from .exposition import Exposition, read

# The contract's numbers.
SLOTS = 3
LIFE_SECONDS = 3.0
EARLIEST_CUT_SECONDS = 2.75
LATEST_CUT_SECONDS = 3.25
# Where it counts that it ends, not when.
GONE_SECONDS = 4.0
# Half of LIFE_SECONDS, so that a connection kept open until it is cut is noticed.
ANSWER_SECONDS = 1.5
# Only 5 connections exist: a client's kernel asks again after 1, 3 and 7 s.
CONNECT_SECONDS = 10.0
BUSY_SECONDS = 5.0
BUSY_PAUSE_SECONDS = 0.1
SETTLE_SECONDS = 0.02
# Who says nothing for so long, and hears nothing, has a slot: a refusal is quicker.
HOLDS_AFTER_SECONDS = 0.5
HOLDS_AFTER_MOST_SECONDS = 1.0
# So that pieces arrive as pieces.
PIECE_PAUSE_SECONDS = 0.03


class Board:
    """A board under test; it remembers the clients it handed out."""

    def __init__(self, place: Place, host: str, slower: float) -> None:
        self._place = place
        self._host = host
        self._slower = slower
        self._clients: list[Client] = []

    def limit(self, seconds: float) -> float:
        """Stretch a time limit for a board that is slower than life."""
        return seconds * self._slower

    def connect(self, window_bytes: int = 0) -> Client:
        """Connect and say nothing; take so much unread, where it is given."""
        client = Client(self._place, self.limit(CONNECT_SECONDS), window_bytes)
        self._clients.append(client)
        return client

    def request(
        self,
        path: str = "/",
        method: str = "GET",
        *,
        version: str = "HTTP/1.1",
        headers: Sequence[str] = (),
        body: bytes = b"",
    ) -> bytes:
        """Give the bytes of a request."""
        length = [f"Content-Length: {len(body)}"] if body else []
        host = f"Host: {self._host}"
        lines = [f"{method} {path} {version}", host, *length, *headers]
        return "\r\n".join(lines).encode("latin-1") + b"\r\n\r\n" + body

    def exchange(
        self,
        *pieces: bytes,
        to_head: bool = False,
        may_reset: bool = False,
        within_seconds: float = ANSWER_SECONDS,
        kind: str = JSON,
    ) -> Answer:
        """Send a request, in one piece or more, and judge the one answer to it.

        A reset after the whole answer is forgiven only where a request is too
        large to be read to its end.
        """
        client = self.connect()
        for number, piece in enumerate(pieces):
            time.sleep(self.limit(PIECE_PAUSE_SECONDS) if number else 0)
            client.send(piece, self.limit(ANSWER_SECONDS))
        received = client.read_to_end(self.limit(within_seconds))
        client.close()
        if received.ending is Ending.OPEN and not received.data:
            raise WrongAnswerError(f"no answer within {self.limit(within_seconds)} s")
        answer = judge(received.data, to_head=to_head, kind=kind)
        if received.ending is Ending.OPEN:
            raise WrongAnswerError("the connection stays open after the answer")
        if received.ending is Ending.RESET and not may_reset:
            raise WrongAnswerError("the connection is reset after the answer")
        return answer._replace(seconds=received.answered_seconds)

    def ask_raw(
        self,
        *pieces: bytes,
        to_head: bool = False,
        may_reset: bool = False,
        kind: str = JSON,
    ) -> Answer:
        """Exchange, and ask a busy board again for a while."""
        until = time.monotonic() + self.limit(BUSY_SECONDS)
        while True:
            answer = self.exchange(
                *pieces, to_head=to_head, may_reset=may_reset, kind=kind
            )
            if not answer.is_busy or time.monotonic() > until:
                return answer
            time.sleep(BUSY_PAUSE_SECONDS)

    def ask(self, path: str = "/", method: str = "GET") -> Answer:
        """Ask a plain question, again while the board is busy."""
        return self.ask_raw(
            self.request(path, method), to_head=method == "HEAD", kind=kind_of(path)
        )

    def reading(self) -> Reading:
        """Ask for the temperature; it must be there and hold to the contract."""
        answer = self.ask("/")
        assert answer.status == 200, f"{answer.status}: {answer.body!r}"
        return parse(answer.json())

    def info(self) -> dict[str, object]:
        """Ask what the board tells about itself."""
        answer = self.ask("/info")
        assert answer.status == 200, f"{answer.status}: {answer.body!r}"
        told = answer.json()
        assert isinstance(told, dict), f"not a JSON object: {answer.body!r}"
        return told

    def metrics(self) -> Exposition:
        """Ask for the board's own exposition."""
        answer = self.ask("/metrics")
        assert answer.status == 200, f"{answer.status}: {answer.body!r}"
        return read(answer.body)

    def fill(self) -> list[Client]:
        """Take every slot with a client that says nothing."""
        return [self.connect() for _ in range(SLOTS)]

    def hold(self) -> list[Client]:
        """Take every slot, and make sure that each client has one."""
        until = time.monotonic() + self.limit(BUSY_SECONDS)
        while True:
            self.leave()
            self.wait_until_free()
            holders = self.fill()
            time.sleep(min(self.limit(HOLDS_AFTER_SECONDS), HOLDS_AFTER_MOST_SECONDS))
            if all(holder.is_silent(0.001) for holder in holders):
                return holders
            assert time.monotonic() < until, "three clients never get a slot each"

    def wait_until_free(self) -> None:
        """Wait for the slots that were taken by clients which are gone."""
        until = time.monotonic() + self.limit(BUSY_SECONDS)
        while taken := self._slots_taken():
            assert time.monotonic() < until, f"{taken} slots stay taken by nobody"
            time.sleep(BUSY_PAUSE_SECONDS)
        # The one who asked has seen the end; the board takes a moment more.
        time.sleep(self.limit(SETTLE_SECONDS))

    def leave(self) -> None:
        """Close every client that was handed out."""
        while self._clients:
            self._clients.pop().close()

    def _slots_taken(self) -> int:
        """Count them, but for the one that asks; none if the board cannot tell."""
        try:
            answer = self.exchange(self.request("/info"))
            told = answer.json()
        except (AssertionError, ValueError):
            return 0  # other tests judge that
        if answer.is_busy:
            return SLOTS
        in_service = told.get("connections_in_service") if isinstance(told, dict) else 0
        return in_service - 1 if isinstance(in_service, int) and in_service > 1 else 0
