"""In: a target and the time there is. Out: what its device answered, if it did."""

import asyncio
import time

from attrs import evolve, frozen

from picotemp_collector.devices.asking import Asked, Asker
from picotemp_collector.devices.guard import Guard
from picotemp_collector.errors import RequestError
from picotemp_collector.readings.device import Device
from picotemp_collector.readings.directory import Directory
from picotemp_collector.readings.probed import AnsweredBy, Probed

CONFIGURED = "a device that is polled here"


@frozen
class _Chosen:
    device: Device
    permit: str


class Prober:
    """Asks the device of a name, or of an address where that is permitted."""

    def __init__(
        self,
        asker: Asker,
        directory: Directory,
        guard: Guard,
        timeout_seconds: float,
        most_strangers: int,
    ) -> None:
        self._asker = asker
        self._directory = directory
        self._guard = guard
        self._timeout_seconds = timeout_seconds
        self._most_strangers = most_strangers
        # Those that are asked now, and some that no longer are.
        self._strangers: dict[str, Device] = {}

    def turn_to(self, timeout_seconds: float) -> None:
        """Wait so long from now on for those that nobody configured."""
        self._timeout_seconds = timeout_seconds
        self._strangers = {
            url: evolve(each, timeout_seconds=timeout_seconds)
            for url, each in self._strangers.items()
        }

    async def probe(self, target: str, within_seconds: float) -> Probed:
        """Give what a target's device tells within some seconds; raises RequestError.

        It is asked for its own time all the same, so that who asks next has it.
        """
        begun_seconds = time.perf_counter()
        deadline_seconds = asyncio.get_running_loop().time() + within_seconds
        device = self._directory.named(target)
        if device is not None:
            chosen = _Chosen(device, CONFIGURED)
        else:
            try:
                async with asyncio.timeout_at(deadline_seconds):
                    chosen = await self._choose(target)
            except TimeoutError:
                return _without_answer(None, "not yet known", begun_seconds)
        return await self._ask(chosen, begun_seconds, deadline_seconds)

    async def _choose(self, target: str) -> _Chosen:
        permitted = await self._guard.permit(target)
        permit = f"an address in the allowed network {permitted.network}"
        url = permitted.url
        # A board that is polled by its name must not have a second request beside.
        for each in (url, *permitted.aliases):
            if known := self._directory.at(each):
                return _Chosen(known, permit)
        return _Chosen(self._strangers.get(url) or self._stranger(url), permit)

    def _stranger(self, url: str) -> Device:
        strangers = self._strangers
        if len(strangers) >= self._most_strangers:
            for each in list(strangers.values()):
                if not self._asker.is_asking(each):
                    del strangers[each.url]
        if len(strangers) >= self._most_strangers:
            text = "too many addresses are probed at once"
            hint = "try again, or name what is probed often in the configuration"
            raise RequestError(503, text, hint)
        seconds = self._timeout_seconds
        strangers[url] = Device(url, url, url, seconds, seconds)
        return strangers[url]

    async def _ask(
        self, chosen: _Chosen, begun_seconds: float, deadline_seconds: float
    ) -> Probed:
        device = chosen.device
        lately = self._asker.lately(device)
        if lately is not None:
            answered_by, age_seconds = AnsweredBy.LATELY, lately.age_seconds
            asked: Asked | None = lately.answer
        else:
            is_asking, age_seconds = self._asker.is_asking(device), 0.0
            answered_by = AnsweredBy.SHARED if is_asking else AnsweredBy.NEW
            doubtful = not self._directory.is_up(device)
            asked = await self._asker.ask_until(device, deadline_seconds, doubtful)
        if asked is None:
            return _without_answer(device, chosen.permit, begun_seconds)
        return Probed(
            device=device,
            permit=chosen.permit,
            answered_by=answered_by,
            outcome=asked.outcome,
            age_seconds=age_seconds,
            request_seconds=asked.duration_seconds,
            duration_seconds=time.perf_counter() - begun_seconds,
        )


def _without_answer(device: Device | None, permit: str, begun_seconds: float) -> Probed:
    return Probed(
        device=device,
        permit=permit,
        answered_by=AnsweredBy.NOBODY,
        outcome=None,
        age_seconds=0.0,
        request_seconds=None,
        duration_seconds=time.perf_counter() - begun_seconds,
    )
