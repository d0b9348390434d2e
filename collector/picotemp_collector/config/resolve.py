"""In: settings that are right each by itself. Out: devices, if they fit together."""

from collections.abc import Iterable, Iterator, Sequence

from attrs import evolve, frozen

from picotemp_collector.config.shapes import (
    DEFAULT_TIMEOUT_SECONDS,
    TIMEOUT_PART_OF_INTERVAL,
    DeviceSettings,
    PollSettings,
    Seconds,
)
from picotemp_collector.readings.device import Device


@frozen
class Entry:
    """The settings of a device, and where a person finds them."""

    settings: DeviceSettings
    where: str


def resolve_poll(poll: PollSettings, where: str) -> tuple[PollSettings, list[str]]:
    """Give the settings with a timeout, and the problem if it is too long."""
    if poll.timeout_seconds is None:
        timeout = _inherited(DEFAULT_TIMEOUT_SECONDS, poll.interval_seconds)
        return evolve(poll, timeout_seconds=timeout), []
    return poll, _timeout_problems(poll.timeout_seconds, poll.interval_seconds, where)


def resolve_devices(
    entries: Sequence[Entry], poll: PollSettings
) -> tuple[tuple[Device, ...], list[str]]:
    """Give the devices, and every problem between their settings."""
    problems = list(_equal_names(entries))
    devices = []
    for entry in entries:
        device = make_device(entry.settings, poll)
        devices.append(device)
        if entry.settings.timeout_seconds is not None:
            problems += _timeout_problems(
                device.timeout_seconds,
                device.interval_seconds,
                f"{entry.where}: timeout_seconds",
            )
    return tuple(devices), problems


def make_device(settings: DeviceSettings, poll: PollSettings) -> Device:
    """Give a device; what it does not say itself, the poll says."""
    interval_seconds = settings.interval_seconds or poll.interval_seconds
    inherited_seconds = poll.timeout_seconds or DEFAULT_TIMEOUT_SECONDS
    timeout_seconds = settings.timeout_seconds or _inherited(
        inherited_seconds, interval_seconds
    )
    return Device(
        name=_name(settings),
        url=settings.url.full,
        shown_url=settings.url.shown,
        interval_seconds=interval_seconds,
        timeout_seconds=timeout_seconds,
    )


def _name(settings: DeviceSettings) -> str:
    return settings.name if settings.name is not None else settings.url.name


def _inherited(timeout_seconds: Seconds, interval_seconds: Seconds) -> Seconds:
    # Who shortens the interval did not ask for polls that meet the next one.
    if timeout_seconds <= interval_seconds:
        return timeout_seconds
    return Seconds(interval_seconds * TIMEOUT_PART_OF_INTERVAL)


def _timeout_problems(
    timeout_seconds: float, interval_seconds: float, where: str
) -> list[str]:
    if timeout_seconds <= interval_seconds:
        return []
    problem = (
        f"{where}: expected at most the interval of {interval_seconds:g} s,"
        f" given {timeout_seconds:g}; shorten it or lengthen the interval"
    )
    return [problem]


def _equal_names(entries: Iterable[Entry]) -> Iterator[str]:
    first_where: dict[str, str] = {}
    for entry in entries:
        name = _name(entry.settings)
        if name in first_where:
            yield (
                f"{entry.where}: name: expected one of its own, given"
                f' "{name}" as in {first_where[name]}; write NAME=URL or name = "NAME"'
            )
        first_where.setdefault(name, entry.where)
