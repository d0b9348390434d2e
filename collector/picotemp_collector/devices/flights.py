"""In: who wants to know what a request will tell. Out: it, for all who wait."""

import asyncio
from collections.abc import Callable, Coroutine
from typing import Any, Generic, TypeVar

from attrs import define

Told = TypeVar("Told")
Begin = Callable[[], Coroutine[Any, Any, Told]]


@define(eq=False)
class _Flight(Generic[Told]):
    """A request under way, and how many wait for its answer.

    One that `goes_on` waits for itself, so that nobody's leaving ends it.
    """

    task: asyncio.Task[Told]
    waiters: int = 0
    goes_on: bool = False


class Flights(Generic[Told]):
    """Requests under way, one for each URL; `gave_up` is told of those that are ended.

    Whoever is cancelled leaves; with the last the request is given up.
    """

    def __init__(self, gave_up: Callable[[str, asyncio.Task[Told]], None]) -> None:
        self._gave_up = gave_up
        self._flights: dict[str, _Flight[Told]] = {}

    def __contains__(self, url: str) -> bool:
        return url in self._flights

    def tasks(self) -> set[asyncio.Task[Told]]:
        """Give all of them."""
        return {flight.task for flight in self._flights.values()}

    async def share(self, url: str, begin: Begin[Told]) -> Told:
        """Give what the request under way tells, or one that begins."""
        flight = self._flights.get(url) or self._begin(url, begin)
        flight.waiters += 1
        try:
            return await asyncio.shield(flight.task)
        finally:
            self._leave(url, flight)

    async def share_until(
        self, url: str, begin: Begin[Told], deadline_seconds: float
    ) -> Told | None:
        """Give it, or None if it is not here in time; the request goes on."""
        flight = self._flights.get(url) or self._begin(url, begin)
        self._let_go_on(url, flight)
        now_seconds = asyncio.get_running_loop().time()
        await asyncio.wait({flight.task}, timeout=deadline_seconds - now_seconds)
        return flight.task.result() if flight.task.done() else None

    def _begin(self, url: str, begin: Begin[Told]) -> _Flight[Told]:
        flight = _Flight(asyncio.create_task(begin()))
        self._flights[url] = flight
        return flight

    def _let_go_on(self, url: str, flight: _Flight[Told]) -> None:
        if flight.goes_on:
            return
        flight.goes_on = True
        flight.waiters += 1
        flight.task.add_done_callback(lambda _task: self._leave(url, flight))

    def _leave(self, url: str, flight: _Flight[Told]) -> None:
        flight.waiters -= 1
        if flight.waiters:
            return
        del self._flights[url]
        if not flight.task.done():
            flight.task.cancel()
            self._gave_up(url, flight.task)
