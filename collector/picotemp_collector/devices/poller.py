"""In: one device and its schedule. Out: its results in the store, for ever."""

import asyncio
import contextlib
import logging
import time
from collections.abc import Callable
from typing import Protocol

from attrs import frozen

from picotemp.payload import Reading
from picotemp_collector.devices.schedule import first_due_seconds, next_due_seconds
from picotemp_collector.errors import Failure, FailureReason, PollError
from picotemp_collector.readings.device import Device
from picotemp_collector.readings.info import DeviceInfo
from picotemp_collector.readings.store import Store

# Less time than this before the next poll is not worth asking /info.
INFO_LEAST_SECONDS = 0.05
logger = logging.getLogger(__name__)


class Asks(Protocol):
    """What a poller needs of a client."""

    async def read(self, device: Device) -> Reading:
        """Give a reading; raises PollError."""
        ...

    async def ask_info(self, device: Device) -> DeviceInfo | None:
        """Give what the device tells of itself, if it does."""
        ...


@frozen
class Polling:
    """What all pollers share; `admission` bounds the requests of the process."""

    client: Asks
    store: Store
    admission: asyncio.Semaphore
    info_interval_seconds: float
    device_count: int
    observe_lateness_seconds: Callable[[float], None]


class Poller:
    """Asks one device, in its own turn, one request at a time."""

    def __init__(self, device: Device, shared: Polling) -> None:
        self._device = device
        self._shared = shared
        self._last_outcome: Reading | Failure | None = None
        self._info_due_seconds = 0.0

    async def run(self) -> None:
        """Poll until cancelled."""
        due_seconds = first_due_seconds(
            _now_seconds(), self._device.name, self._shared.device_count
        )
        while True:
            await asyncio.sleep(due_seconds - _now_seconds())
            begun_seconds = due_seconds
            try:
                begun_seconds = await self._poll(due_seconds)
                await self._ask_info_if_due(self._next_due_seconds(begun_seconds))
            except Exception:  # a bug of ours may cost one turn, never the poller
                logger.exception("%s: a turn failed by a bug", self._device.name)
            due_seconds = self._next_due_seconds(begun_seconds)

    async def _poll(self, due_seconds: float) -> float:
        async with self._shared.admission:
            # The device's time starts here: waiting for a turn is not its fault.
            begun_seconds = _now_seconds()
            # Not the loop's clock, which counts whole milliseconds in uvloop.
            begun_precisely_seconds = time.perf_counter()
            outcome = await self._ask()
            duration_seconds = time.perf_counter() - begun_precisely_seconds
        self._keep(outcome, duration_seconds)
        self._tell(outcome)
        self._last_outcome = outcome
        self._shared.observe_lateness_seconds(max(0.0, begun_seconds - due_seconds))
        return begun_seconds

    async def _ask(self) -> Reading | Failure:
        try:
            return await self._shared.client.read(self._device)
        except PollError as error:
            return error.failure
        except (
            Exception
        ) as error:  # a bug of ours: the old reading must go all the same
            if _reason(self._last_outcome) is not FailureReason.INTERNAL:
                logger.exception("%s: a poll failed by a bug", self._device.name)
            return Failure(
                FailureReason.INTERNAL,
                f"a bug in the collector ({type(error).__name__}); see its log",
            )

    async def _ask_info_if_due(self, until_seconds: float) -> None:
        now_seconds = _now_seconds()
        left_seconds = min(self._device.timeout_seconds, until_seconds - now_seconds)
        if (
            now_seconds < self._info_due_seconds
            or left_seconds < INFO_LEAST_SECONDS
            or isinstance(self._last_outcome, Failure)
        ):
            return
        self._info_due_seconds = now_seconds + self._shared.info_interval_seconds
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(left_seconds), self._shared.admission:
                info = await self._shared.client.ask_info(self._device)
                if info is not None:
                    self._shared.store.record_info(self._device.name, info)

    def _next_due_seconds(self, begun_seconds: float) -> float:
        return next_due_seconds(
            begun_seconds,
            _now_seconds(),
            self._device.name,
            self._device.interval_seconds,
        )

    def _keep(self, outcome: Reading | Failure, duration_seconds: float) -> None:
        store, name = self._shared.store, self._device.name
        if isinstance(outcome, Failure):
            store.record_failure(name, outcome, duration_seconds)
        else:
            store.record_reading(name, outcome, duration_seconds)

    def _tell(self, outcome: Reading | Failure) -> None:
        # Once when it goes down and once when it comes up, not at every poll.
        last = self._last_outcome
        name, shown_url = self._device.name, self._device.shown_url
        if isinstance(outcome, Failure):
            level = logging.DEBUG if isinstance(last, Failure) else logging.WARNING
            extra = {"device": name, "reason": str(outcome.reason)}
            text = "%s (%s) is down: %s: %s"
            why = (outcome.reason, outcome.detail)
            logger.log(level, text, name, shown_url, *why, extra=extra)
        elif not isinstance(last, Reading):
            text = "%s (%s) is up: %.2f °C"
            extra = {"device": name}
            logger.info(text, name, shown_url, outcome.celsius, extra=extra)


def _reason(outcome: Reading | Failure | None) -> FailureReason | None:
    return outcome.reason if isinstance(outcome, Failure) else None


def _now_seconds() -> float:
    return asyncio.get_running_loop().time()
