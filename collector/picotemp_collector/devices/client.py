"""In: a device. Out: its reading or its info, over HTTP, bounded in bytes and time."""

import asyncio
import logging
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from functools import lru_cache
from typing import Protocol

from picotemp.payload import Reading
from picotemp_collector.devices.answer import Answer, BusyError, info_of, reading_of
from picotemp_collector.devices.asking import FindHost
from picotemp_collector.devices.failure import (
    DeadlineError,
    name_timed_out,
    timed_out,
)
from picotemp_collector.devices.guard import HostsAt, knows_no_host
from picotemp_collector.devices.head import UnusualError
from picotemp_collector.devices.lean_client import LeanClient
from picotemp_collector.devices.resolver import DaemonResolver
from picotemp_collector.devices.session_client import (
    SessionClient,
    open_session,
    tcp_connector,
)
from picotemp_collector.devices.target import Question, Target, target_of
from picotemp_collector.devices.watch import CAN_WATCH, watching
from picotemp_collector.errors import PollError
from picotemp_collector.readings.device import Device
from picotemp_collector.readings.info import DeviceInfo

# What is known of a device that is not asked any more goes, some time.
MOST_TARGETS = 20_000
# Of rooms there are few temperatures, in hundredths: mostly one was read before.
MOST_ANSWERS = 1024
logger = logging.getLogger(__name__)


class Gets(Protocol):
    """A way to ask: how both clients look from here."""

    async def get(
        self, target: Target, question: Question, deadline_seconds: float
    ) -> Answer:
        """Give the answer; raises PollError, DeadlineError."""
        ...


class Client:
    """Asks devices, each time on a new connection; the lean way where it can.

    `find_host` looks a name up for both ways, so that it is known when one is asked;
    `hosts_at` gives the names of an address that were looked up.
    """

    def __init__(
        self,
        lean: Gets,
        complete: Gets,
        find_host: FindHost | None = None,
        hosts_at: HostsAt = knows_no_host,
    ) -> None:
        self._lean = lean
        self._complete = complete
        self.find_host = find_host
        self.hosts_at = hosts_at
        self._target_of = lru_cache(MOST_TARGETS)(target_of)
        self._reading_of = lru_cache(MOST_ANSWERS)(reading_of)

    async def read(self, device: Device) -> Reading:
        """Give the device's reading within its timeout; raises PollError."""
        target = self._target_of(device.url)
        ends_seconds = _deadline_seconds(device)
        busy: BusyError | None = None
        try:
            while True:
                try:
                    return self._reading_of(
                        await self._get(device, target, target.reading, ends_seconds)
                    )
                except BusyError as error:
                    busy = error
                await _wait_for_a_slot(busy, ends_seconds)
        except DeadlineError as error:
            raise busy or _timed_out(device, target, error) from error

    async def ask_info(self, device: Device) -> DeviceInfo | None:
        """Give what the device tells of itself; None if it does not answer that."""
        target = self._target_of(device.url)
        ends_seconds = _deadline_seconds(device)
        try:
            return info_of(await self._get(device, target, target.info, ends_seconds))
        except (PollError, DeadlineError):
            return None

    async def _get(
        self, device: Device, target: Target, question: Question, ends_seconds: float
    ) -> Answer:
        if target.is_plain:
            try:
                return await self._lean.get(target, question, ends_seconds)
            except UnusualError as error:
                target.is_plain = False
                text = "%s (%s) is unusual and costs more from now on: %s"
                logger.info(text, device.name, device.shown_url, error)
        return await self._complete.get(target, question, ends_seconds)


@asynccontextmanager
async def open_client(is_lean: bool = CAN_WATCH) -> AsyncIterator[Client]:
    """Give a client, closed at the end."""
    async with AsyncExitStack() as stack:
        resolver = DaemonResolver()
        stack.push_async_callback(resolver.close)
        session = await stack.enter_async_context(open_session(tcp_connector(resolver)))
        complete = SessionClient(session, resolver.is_looking_up)
        lean: Gets = complete
        names = resolver.names
        if is_lean:
            lean = LeanClient(names, stack.enter_context(watching()))
        yield Client(lean, complete, names.resolve, names.hosts_at)


def _deadline_seconds(device: Device) -> float:
    return asyncio.get_running_loop().time() + device.timeout_seconds


def _timed_out(device: Device, target: Target, error: DeadlineError) -> PollError:
    if error.is_looking_up:
        return name_timed_out(target.host, device.timeout_seconds)
    return timed_out(device.timeout_seconds)


async def _wait_for_a_slot(busy: BusyError, ends_seconds: float) -> None:
    now_seconds = asyncio.get_running_loop().time()
    if now_seconds + busy.retry_after_seconds >= ends_seconds:
        raise busy
    await asyncio.sleep(busy.retry_after_seconds)
