"""In: whoever asks a device, at any time. Out: one request, its answer for them all."""

import asyncio
import math
import time
from collections.abc import Awaitable, Callable
from functools import lru_cache, partial
from typing import Any, Protocol

from attrs import frozen
from yarl import URL

from picotemp.payload import Reading
from picotemp_collector.devices.address import Addresses, parse_address
from picotemp_collector.devices.admission import Admission
from picotemp_collector.devices.failure import name_timed_out
from picotemp_collector.devices.flights import Flights
from picotemp_collector.devices.lately import Aged, Lately
from picotemp_collector.errors import Failure, FailureReason, PollError
from picotemp_collector.readings.device import Device
from picotemp_collector.readings.info import DeviceInfo

# Gives the addresses of a host, or raises OSError.
FindHost = Callable[[str], Awaitable[Addresses]]
# Is told of every request that ended: its URL, what came of it, how long it took.
Observe = Callable[[str, Reading | Failure, float], None]
MOST_NAMES = 20_000


class Asks(Protocol):
    """What an asker needs of a client."""

    async def read(self, device: Device) -> Reading:
        """Give a reading; raises PollError."""
        ...

    async def ask_info(self, device: Device) -> DeviceInfo | None:
        """Give what the device tells of itself, if it does."""
        ...


@frozen
class Asked:
    """What came of a request, begun by the loop's clock; `bug`: ours, if one is why."""

    outcome: Reading | Failure
    begun_seconds: float
    duration_seconds: float
    bug: Exception | None = None


class Asker:
    """Asks devices: each by one request at a time, however many want to know.

    Waiting to be admitted takes nothing from a device's time. A name is looked up
    before, so that a dead one holds no place.
    """

    def __init__(
        self,
        client: Asks,
        admission: Admission,
        find_host: FindHost | None = None,
        lately: Lately[Asked] | None = None,
        observe: Observe | None = None,
    ) -> None:
        self._client = client
        self._admission = admission
        self._find_host = find_host
        # Not `or`: one that is empty is false.
        self._lately = Lately(0.0, _now_seconds) if lately is None else lately
        self._observe = observe
        self._name_in = lru_cache(MOST_NAMES)(_name_in)
        self._flights = Flights[Asked](self._let_unwind)
        # By URL: requests for /info, and those that were given up and still unwind.
        self._in_the_way: dict[str, set[asyncio.Task[Any]]] = {}

    async def ask(self, device: Device, doubtful: bool = False) -> Asked:
        """Give the answer of the request under way, or of a new one.

        Whoever is cancelled leaves; with the last the request is given up. Devices
        that are `doubtful`, as they gave no answer lately, keep no others waiting.
        """
        request = partial(self._request, device, doubtful)
        return await self._flights.share(device.url, request)

    async def ask_until(
        self, device: Device, deadline_seconds: float, doubtful: bool = False
    ) -> Asked | None:
        """Give the answer, or None if it is not here in time, by the loop's clock.

        The request goes on all the same, so that whoever asks next has its answer.
        """
        request = partial(self._request, device, doubtful)
        return await self._flights.share_until(device.url, request, deadline_seconds)

    def lately(
        self, device: Device, most_age_seconds: float = math.inf
    ) -> Aged[Asked] | None:
        """Give the last answer if it is new, whoever asked for it."""
        return self._lately.get(device.url, most_age_seconds)

    def is_asking(self, device: Device) -> bool:
        """Whether a request is under way, so that who asks now shares it."""
        return device.url in self._flights

    async def ask_info(self, device: Device) -> DeviceInfo | None:
        """Give what the device tells of itself; None if it does not.

        A reading is worth more: while one is under way there is no info, and who
        asks for one ends the request for info.
        """
        if device.url in self._flights or device.url in self._in_the_way:
            return None
        task = asyncio.create_task(self._request_info(device))
        self._let_unwind(device.url, task)
        try:
            await asyncio.wait({task})
        finally:
            task.cancel()
        return None if task.cancelled() else task.result()

    async def aclose(self) -> None:
        """Give up every request; before the client is closed, or they meet its end."""
        tasks: set[asyncio.Task[Any]] = {*self._flights.tasks()}
        tasks.update(*self._in_the_way.values())
        for task in tasks:
            task.cancel()
        if tasks:
            await asyncio.wait(tasks)

    def _let_unwind(self, url: str, task: asyncio.Task[Any]) -> None:
        tasks = self._in_the_way.setdefault(url, set())
        tasks.add(task)

        def forget(_task: asyncio.Task[Any]) -> None:
            tasks.discard(task)
            if not tasks and self._in_the_way.get(url) is tasks:
                del self._in_the_way[url]

        task.add_done_callback(forget)

    async def _request(self, device: Device, doubtful: bool) -> Asked:
        await self._clear_the_way(device.url)
        asked = await self._find(device)
        if asked is None:
            async with self._admission.place(doubtful):
                # The device's time starts here: waiting for a turn is not its fault.
                asked = await self._read(device)
        self._lately.keep(device.url, asked)
        if self._observe:
            self._observe(device.url, asked.outcome, asked.duration_seconds)
        return asked

    async def _clear_the_way(self, url: str) -> None:
        tasks = set(self._in_the_way.get(url, ()))
        for task in tasks:
            task.cancel()
        if tasks:
            await asyncio.wait(tasks)

    async def _find(self, device: Device) -> Asked | None:
        host = self._name_in(device.url)
        if host is None or self._find_host is None:
            return None
        begun_seconds = _now_seconds()
        try:
            async with asyncio.timeout(device.timeout_seconds):
                await self._find_host(host)
        except TimeoutError:
            failure = name_timed_out(host, device.timeout_seconds).failure
            return Asked(failure, begun_seconds, _now_seconds() - begun_seconds)
        except OSError:
            # Known by now, so the client is told at once; it has the words for it.
            return None
        return None

    async def _read(self, device: Device) -> Asked:
        begun_seconds = _now_seconds()
        # Not the loop's clock, which counts whole milliseconds in uvloop.
        begun_precisely_seconds = time.perf_counter()
        outcome: Reading | Failure
        bug: Exception | None = None
        try:
            outcome = await self._client.read(device)
        except PollError as error:
            outcome = error.failure
        except Exception as error:  # noqa: BLE001 told by the poller, with its traceback
            outcome, bug = _failed_by(error), error
        duration_seconds = time.perf_counter() - begun_precisely_seconds
        return Asked(outcome, begun_seconds, duration_seconds, bug)

    async def _request_info(self, device: Device) -> DeviceInfo | None:
        async with self._admission.place():
            return await self._client.ask_info(device)


def _name_in(url: str) -> str | None:
    host = URL(url).raw_host or ""
    return None if parse_address(host) else host


def _failed_by(bug: Exception) -> Failure:
    name = type(bug).__name__
    detail = f"a bug in the collector ({name}); see its log"
    return Failure(FailureReason.INTERNAL, detail)


def _now_seconds() -> float:
    return asyncio.get_running_loop().time()
