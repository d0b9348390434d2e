"""In: connections. Out: answers: 3 in service, 3 seconds each, a 4th is told so."""

import asyncio

from . import request
from .answer import render_error
from .chip import Chip, Connection
from .lamp import Lamp
from .log import Log
from .routes import Routes
from .supervision import Job

IN_SERVICE_MOST = 3
LIFE_SECONDS = 3
# The chip has 5 TCP connections in all: 3 in service and one being turned away
# leave one for a client whose turn comes next.
OPEN_MOST = IN_SERVICE_MOST + 1
BACKLOG = 5
# A request that is read before the refusal keeps the refusal from being lost to
# the reset that unread bytes cause.
REFUSAL_READ_SECONDS = 0.3
RETRY_AFTER_SECONDS = 1
FULL_POLL_SECONDS = 0.01


class Gate(Job):
    """The server; it counts what it does."""

    name = "server"

    def __init__(
        self, chip: Chip, port: int, routes: Routes, lamp: Lamp, log: Log
    ) -> None:
        self._chip = chip
        self._port = port
        self._routes = routes
        self._lamp = lamp
        self._log = log
        self._open: set[object] = set()
        self.in_service = 0
        self.in_service_max = 0
        self.requests_total = 0
        self.rejected_total = 0

    async def run(self) -> None:
        """Listen, accept, serve."""
        listener = self._chip.listen(self._port, BACKLOG)
        self._log.info("listening", port=self._port)
        try:
            while True:
                while len(self._open) >= OPEN_MOST:
                    await asyncio.sleep(FULL_POLL_SECONDS)
                self._start(await listener.accept())
        finally:
            listener.close()

    def _start(self, connection: Connection) -> None:
        self._open.add(connection)
        if self.in_service < IN_SERVICE_MOST:
            self.in_service += 1
            self.in_service_max = max(self.in_service_max, self.in_service)
            asyncio.create_task(self._serve(connection))  # noqa: RUF006 see _open
        else:
            self.rejected_total += 1
            asyncio.create_task(self._refuse(connection))  # noqa: RUF006 see _open

    async def _serve(self, connection: Connection) -> None:
        try:
            await self._live(self._exchange(connection))
        finally:
            await connection.close()
            # The slot is free only now: until here the chip holds the connection.
            self._open.discard(connection)
            self.in_service -= 1

    async def _refuse(self, connection: Connection) -> None:
        try:
            await self._live(self._turn_away(connection))
        finally:
            await connection.close()
            self._open.discard(connection)

    async def _live(self, exchange: object) -> None:
        """Run an exchange to its end or to the end of its time."""
        try:
            await asyncio.wait_for(exchange, LIFE_SECONDS)  # type: ignore[arg-type]
        except asyncio.TimeoutError:  # noqa: UP041 MicroPython has no other name
            self._log.info("cut", seconds=LIFE_SECONDS)
        except OSError as error:
            self._log.info("client_lost", error=repr(error))

    async def _exchange(self, connection: Connection) -> None:
        try:
            head = await request.read(connection.reader)
            if not head:
                return
            self._lamp.blink()
            self.requests_total += 1
            answer = await self._routes.answer(head)
        except request.BadRequestError as error:
            self._log.info("bad_request", status=error.status, reason=error.reason)
            await _read_for_a_while(
                request.drop(connection.reader, request.REFUSED_MOST_BYTES)
            )
            answer = render_error(error.status, error.reason)
        except OSError:
            raise  # the connection is lost: there is nobody to tell
        except Exception as error:  # noqa: BLE001 the client is told, the slot freed
            self._log.error("request_failed", error=repr(error))
            self._chip.print_exception(error)
            answer = render_error(500, "the firmware failed; its serial log says why")
        await connection.send(answer)

    async def _turn_away(self, connection: Connection) -> None:
        try:
            await _read_for_a_while(request.read(connection.reader))
        except request.BadRequestError:
            pass  # what counts is that the bytes are read
        await connection.send(
            render_error(503, "busy", Retry_After=str(RETRY_AFTER_SECONDS))
        )


async def _read_for_a_while(reading: object) -> None:
    try:
        await asyncio.wait_for(reading, REFUSAL_READ_SECONDS)  # type: ignore[arg-type]
    except asyncio.TimeoutError:  # noqa: UP041
        pass  # a client that sends no more than this has its answer all the same
