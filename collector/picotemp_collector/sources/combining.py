"""In: the listed devices and what each source lists. Out: all of them, told apart."""

from collections.abc import Iterable, Sequence

from attrs import frozen

from picotemp_collector.config.resolve import Entry, make_device
from picotemp_collector.config.shapes import PollSettings
from picotemp_collector.readings.device import Device
from picotemp_collector.sources.listing import told

LISTED = "the configuration's own list"


@frozen
class Combined:
    """The devices of this shard, and for each source whose names were taken."""

    devices: tuple[Device, ...]
    clashes: tuple[tuple[str, ...], ...]


def combine(
    listed: Iterable[Device], sources: Iterable[Sequence[Entry]], poll: PollSettings
) -> Combined:
    """Give every device once; of equal names for two URLs the first one stays."""
    first = {device.name: (device, LISTED) for device in listed}
    clashes = []
    for entries in sources:
        taken = []
        for entry in entries:
            device = make_device(entry.settings, poll)
            other, where = first.setdefault(device.name, (device, entry.where))
            if other.url != device.url:
                taken.append(
                    f'{entry.where}: the name "{device.name}" is already that of'
                    f" {other.shown_url} in {where}; give one of them another name"
                )
        clashes.append(told(taken))
    devices = [device for device, _where in first.values()]
    return Combined(poll.own(devices), tuple(clashes))
