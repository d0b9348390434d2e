"""In: the listed devices and what each source lists. Out: all of them, told apart."""

from collections.abc import Iterable, Sequence

from attrs import frozen

from picotemp_collector.config.resolve import make_device
from picotemp_collector.config.shapes import PollSettings
from picotemp_collector.readings.device import Device
from picotemp_collector.sources.listing import Listing, told

LISTED = "the configuration's own list"


@frozen
class Combined:
    """The devices of this shard, and for each source whose names were taken."""

    devices: tuple[Device, ...]
    clashes: tuple[tuple[str, ...], ...]


def combine(
    listed: Iterable[Device], listings: Sequence[Listing], poll: PollSettings
) -> Combined:
    """Give every device once; of equal names for two URLs the first one stays."""
    first = {device.name: (device, LISTED) for device in listed}
    clashes = []
    for listing in listings:
        taken = []
        for found in listing.found:
            device = make_device(found.settings, poll)
            other, where = first.setdefault(device.name, (device, found.where))
            if other.url != device.url:
                taken.append(
                    f'{found.where}: the name "{device.name}" is already that of'
                    f" {other.shown_url} in {where}; give one of them another name"
                )
        clashes.append(told(taken))
    devices = (device for device, _where in first.values())
    return Combined(_of_shard(devices, poll), tuple(clashes))


def _of_shard(devices: Iterable[Device], poll: PollSettings) -> tuple[Device, ...]:
    shard = poll.shard
    if shard is None:
        return tuple(devices)
    return tuple(device for device in devices if shard.holds(device.name))
