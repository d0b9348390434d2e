"""In: connections. Out: answers: 3 in service, 3 seconds each, a 4th is told so."""

import asyncio

from . import request
from .answer import FAILED, Answerer, render_error
from .chip import Chip, Connection, Listener
from .log import Log
from .supervision import Job

IN_SERVICE_MOST = 3
LIFE_MS = 3000
SWEEP_SECONDS = 0.1
# The chip has 5 TCP connections in all: 3 in service and one being turned away
# leave one for a client whose turn comes next.
OPEN_MOST = IN_SERVICE_MOST + 1
BACKLOG = 5
# A request that is read before the refusal keeps the refusal from being lost to
# the reset that unread bytes cause.
REFUSAL_READ_SECONDS = 0.2
RETRY_AFTER = "1"
FULL_POLL_SECONDS = 0.01


class Gate(Job):
    """The server; it counts what it does."""

    name = "server"

    def __init__(  # type: ignore[no-untyped-def]
        self,
        chip: Chip,
        port: int,
        answerer: Answerer,
        note_request,  # called for every request whose head is whole
        log: Log,
    ) -> None:
        super().__init__(chip)
        self._port = port
        self._answerer = answerer
        self._note_request = note_request
        self._log = log
        self._open = 0
        # The last good one: who asks again and again asks the same.
        self._usual = b""
        # As of the last sweep.
        self._now_ms = 0
        # When the task of each open connection has to be over.
        self._ends_ms: dict[object, int] = {}
        self.listener: Listener | None = None
        self.in_service = 0
        self.in_service_max = 0
        self.requests_total = 0
        self.rejected_total = 0
        self.answers_by_status: dict[int, int] = {}

    def age_ms(self) -> int:
        """Give how long ago the listener was last seen to be waited on, or used."""
        if self.listener and self.listener.is_waited_on():
            self.beat()
        return super().age_ms()

    async def run(self) -> None:
        """Listen, accept, serve; cut who takes too long."""
        self.listener = self._chip.listen(self._port, BACKLOG)
        accepting = None
        try:
            self._log.info("listening", port=self._port)
            self._now_ms = self._chip.uptime_ms()
            accepting = asyncio.create_task(self._accept(self.listener))
            while not accepting.done():
                self._now_ms = self._chip.uptime_ms()
                self._cut_the_late()
                await asyncio.sleep(SWEEP_SECONDS)
            await accepting
        finally:
            self.listener.close()
            if accepting:
                accepting.cancel()
            # Nobody would sweep any more.
            for task in self._ends_ms:
                task.cancel()  # type: ignore[attr-defined]

    def _cut_the_late(self) -> None:
        # One look at all of them costs less than a timer for each.
        for task, end_ms in self._ends_ms.items():
            if self._now_ms >= end_ms:
                task.cancel()  # type: ignore[attr-defined]
                self._log.info("cut", seconds=LIFE_MS // 1000)

    async def _accept(self, listener: Listener) -> None:
        while True:
            while self._open >= OPEN_MOST:
                # Were one of them lost, this would last for ever.
                if len(self._ends_ms) == self._open:
                    self.beat()
                await asyncio.sleep(FULL_POLL_SECONDS)
            connection = await listener.accept()
            self._beat_ms = self._now_ms
            self._welcome(connection)

    def _welcome(self, connection: Connection) -> None:
        self._open += 1
        is_served = self.in_service < IN_SERVICE_MOST
        if is_served:
            self.in_service += 1
            if self.in_service > self.in_service_max:
                self.in_service_max = self.in_service
        else:
            self.rejected_total += 1
        try:
            received = connection.take(request.CHUNK_BYTES) or b""
            if not (is_served and self._is_answered_at_once(connection, received)):
                # Its task is kept in _ends_ms as soon as it runs.
                live = self._live(connection, received, is_served)
                asyncio.create_task(live)  # noqa: RUF006
                return
        except Exception:  # noqa: BLE001, S110 lost, or no memory: that costs one client
            pass
        self._leave(connection, is_served)

    def _is_answered_at_once(self, connection: Connection, received: bytes) -> bool:
        # Who has spoken already, and asks for what is ready, needs no task.
        try:
            if received != self._usual:
                if not request.is_whole(received):
                    return False
                self._usual = received
            answer = received and self._answerer.ready(received)
            # So short, it goes whole or not at all.
            if not answer or not connection.put(answer):
                return False
        except Exception:  # noqa: BLE001 the long way will tell of it
            return False
        self.requests_total += 1
        self._note_request()
        self._count(answer)
        return True

    def _leave(self, connection: Connection, is_served: bool) -> None:
        connection.close()
        # The slot is free only now: until here the chip holds the connection.
        self._open -= 1
        if is_served:
            self.in_service -= 1

    async def _live(
        self, connection: Connection, received: bytes, is_served: bool
    ) -> None:
        task = asyncio.current_task()
        try:
            # Only now: a task that is cancelled before it runs would close nothing.
            self._ends_ms[task] = self._now_ms + LIFE_MS
            serving = self._serve if is_served else self._refuse
            answer, is_more = await serving(connection, received)
            sent = connection.put(answer)
            while sent < len(answer):
                await connection.writable()
                sent += connection.put(memoryview(answer)[sent:])
            if is_more:
                await _for_a_while(request.drop(connection, request.REFUSED_MOST_BYTES))
        except OSError as error:
            self._log.info("client_lost", error=repr(error))
        finally:
            self._ends_ms.pop(task, None)
            self._leave(connection, is_served)

    async def _serve(
        self, connection: Connection, received: bytes
    ) -> tuple[bytes, bool]:
        head, is_more = b"", True
        try:
            head, is_more = await request.read(connection, received)
            if not head:
                return b"", False
            self.requests_total += 1
            self._note_request()
            answer = self._answerer.ready(head) or await self._answerer.answer(head)
        except request.BadRequestError as error:
            self._log.info("bad_request", status=error.status, reason=error.reason)
            answer = render_error(error.status, error.reason)
        except Exception as error:
            if not head:
                raise  # it was lost while it spoke: there is nobody to tell
            self._log.error("request_failed", error=repr(error))
            self._chip.say(self._chip.traceback(error))
            answer = render_error(500, FAILED)
        self._count(answer)
        return answer, is_more

    def _count(self, answer: bytes) -> None:
        status = int(answer[9:12])  # HTTP/1.0 200 ...
        self.answers_by_status[status] = self.answers_by_status.get(status, 0) + 1

    async def _refuse(
        self, connection: Connection, received: bytes
    ) -> tuple[bytes, bool]:
        is_more = True
        try:
            head, is_more = await _for_a_while(request.read(connection, received))
            if head:
                self._note_request()
        except request.BadRequestError:
            pass  # the answer is the same
        return render_error(503, "busy", {"Retry-After": RETRY_AFTER}), is_more


async def _for_a_while(reading: object) -> tuple[bytes, bool]:
    try:
        return await asyncio.wait_for(reading, REFUSAL_READ_SECONDS)  # type: ignore[arg-type]
    except asyncio.TimeoutError:  # noqa: UP041 MicroPython has no other name
        return b"", False  # a client that sends no more has its answer all the same
