"""In: the devices of one URL. Out: their results in the store, turn by turn."""

import asyncio
import contextlib
import logging
import math
from collections.abc import Callable, Sequence

from attrs import define, evolve, field, frozen

from picotemp.payload import Reading
from picotemp_collector.devices.asking import Asked, Asker
from picotemp_collector.devices.backoff import counts, turns_between
from picotemp_collector.devices.schedule import next_due_seconds
from picotemp_collector.errors import Failure, FailureReason
from picotemp_collector.readings.device import Device
from picotemp_collector.readings.store import Store

# Less time than this before the next poll is not worth asking /info.
INFO_LEAST_SECONDS = 0.05
# A device that has no /info is asked for it more and more rarely, to this.
INFO_MOST_SECONDS = 3600.0
# An answer that is older than this when its turn comes would make polls irregular.
LATELY_PART_OF_INTERVAL = 0.5
logger = logging.getLogger(__name__)


@frozen
class Polling:
    """What all pollers share; whoever else asks devices does it by the same asker."""

    asker: Asker
    store: Store
    info_interval_seconds: float
    observe_lateness_seconds: Callable[[float], None]


@define(eq=False)
class Poller:
    """Asks the board of one URL in its own turn, for every device of that URL."""

    _devices: Sequence[Device]
    _shared: Polling
    # By the loop's clock: the turn that is awaited or under way, the last poll's end.
    due_seconds: float
    ended_seconds: float = -math.inf
    _last_asked: Asked | None = None
    _last_outcome: Reading | Failure | None = None
    _failures_in_a_row: int = 0
    _is_doubtful: bool = True
    _info_due_seconds: float = 0.0
    lead: Device = field(init=False)
    _info_wait_seconds: float = field(init=False)

    def __attrs_post_init__(self) -> None:
        self._info_wait_seconds = self._shared.info_interval_seconds
        self.turn_to(self._devices)

    def turn_to(self, devices: Sequence[Device]) -> None:
        """Record for these devices from now on."""
        self._devices = tuple(devices)
        self.lead = lead_of(devices)

    async def take_turn(self) -> None:
        """Poll, as it is due; know when to do so next."""
        due_seconds = begun_seconds = self.due_seconds
        try:
            begun_seconds = await self._poll(due_seconds)
            self.ended_seconds = _now_seconds()
            await self._ask_info_if_due(
                self._next_due_seconds(due_seconds, begun_seconds)
            )
        except Exception:  # a bug of ours may cost one turn, never the poller
            logger.exception("%s: a turn failed by a bug", self.lead.name)
        self.due_seconds = self._next_due_seconds(due_seconds, begun_seconds)

    async def _poll(self, due_seconds: float) -> float:
        asked, age_seconds = await self._ask()
        self._count(asked.outcome)
        if asked.bug and _reason(self._last_outcome) is not FailureReason.INTERNAL:
            logger.error(
                "%s: a poll failed by a bug", self.lead.name, exc_info=asked.bug
            )
        for device in self._devices:
            self._keep(device, asked, age_seconds)
            self._tell(device, asked.outcome)
        self._last_outcome = asked.outcome
        lateness_seconds = asked.begun_seconds - due_seconds
        self._shared.observe_lateness_seconds(max(0.0, lateness_seconds))
        # Someone else's request may have begun before this turn: so does the next.
        return asked.begun_seconds

    async def _ask(self) -> tuple[Asked, float]:
        # What somebody else was told a moment ago will do, with its age; the board
        # need not say it twice. What a slow board told this poller will not.
        asker, lead = self._shared.asker, self.lead
        lately = asker.lately(lead, lead.interval_seconds * LATELY_PART_OF_INTERVAL)
        if lately is None or lately.answer is self._last_asked:
            self._last_asked = await asker.ask(lead, self._is_doubtful)
            return self._last_asked, 0.0
        self._last_asked = lately.answer
        return lately.answer, lately.age_seconds

    def _count(self, outcome: Reading | Failure) -> None:
        self._is_doubtful = isinstance(outcome, Failure) and counts(outcome)
        if not isinstance(outcome, Failure):
            self._failures_in_a_row = 0
            return
        self._failures_in_a_row += counts(outcome)
        # Who comes back may have another program.
        self._info_wait_seconds = self._shared.info_interval_seconds
        self._info_due_seconds = 0.0

    async def _ask_info_if_due(self, until_seconds: float) -> None:
        now_seconds = _now_seconds()
        left_seconds = min(self.lead.timeout_seconds, until_seconds - now_seconds)
        if (
            now_seconds < self._info_due_seconds
            or left_seconds < INFO_LEAST_SECONDS
            or isinstance(self._last_outcome, Failure)
        ):
            return
        self._info_due_seconds = now_seconds + self._info_wait_seconds
        info = None
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(left_seconds):
                info = await self._shared.asker.ask_info(self.lead)
        if info is None:
            self._info_wait_seconds = max(
                self._shared.info_interval_seconds,
                min(INFO_MOST_SECONDS, 2 * self._info_wait_seconds),
            )
            return
        self._info_wait_seconds = self._shared.info_interval_seconds
        for device in self._devices:
            self._shared.store.record_info(device.name, info)

    def _next_due_seconds(self, turn_seconds: float, begun_seconds: float) -> float:
        lead = self.lead
        turns = turns_between(self._failures_in_a_row, lead.interval_seconds)
        return next_due_seconds(
            turn_seconds,
            begun_seconds,
            _now_seconds(),
            lead.name,
            lead.interval_seconds,
            turns,
        )

    def _keep(self, device: Device, asked: Asked, age_seconds: float) -> None:
        store, seconds = self._shared.store, asked.duration_seconds
        if isinstance(asked.outcome, Failure):
            store.record_failure(device.name, asked.outcome, seconds, age_seconds)
        else:
            store.record_reading(device.name, asked.outcome, seconds, age_seconds)

    def _tell(self, device: Device, outcome: Reading | Failure) -> None:
        # Once when it goes down and once when it comes up, not at every poll.
        last = self._last_outcome
        name, shown_url = device.name, device.shown_url
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


def lead_of(devices: Sequence[Device]) -> Device:
    """Give the device whose turns are all of theirs: of the shortest interval.

    It waits as long as any of them would, as far as that ends before the next turn.
    """
    lead = min(devices, key=lambda device: (device.interval_seconds, device.name))
    longest_seconds = max(device.timeout_seconds for device in devices)
    return evolve(lead, timeout_seconds=min(longest_seconds, lead.interval_seconds))


def _reason(outcome: Reading | Failure | None) -> FailureReason | None:
    return outcome.reason if isinstance(outcome, Failure) else None


def _now_seconds() -> float:
    return asyncio.get_running_loop().time()
