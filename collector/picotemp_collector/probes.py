"""In: a client, what is known, the settings. Out: who asks, and /probe by it."""

from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import aclosing, asynccontextmanager
from functools import partial

from attrs import frozen

from picotemp_collector.config.shapes import (
    DEFAULT_TIMEOUT_SECONDS,
    PollSettings,
    ProbeSettings,
)
from picotemp_collector.descriptors import most_requests
from picotemp_collector.devices.admission import Admission
from picotemp_collector.devices.asking import Asked, Asker, Asks, FindHost
from picotemp_collector.devices.guard import Guard, HostsAt, knows_no_host
from picotemp_collector.devices.lately import Lately
from picotemp_collector.devices.probing import Prober
from picotemp_collector.devices.whereabouts import whereabouts
from picotemp_collector.outlets.history import HISTORY_PATH, make_history_handler
from picotemp_collector.outlets.probe import make_probe_handler
from picotemp_collector.readings.clock import Clock
from picotemp_collector.readings.directory import Directory
from picotemp_collector.readings.history import History
from picotemp_collector.readings.store import Store
from picotemp_collector.web import Handler

# Of all who are asked at once, this part may be addresses that nobody configured.
STRANGERS_PART = 1 / 8


@frozen
class Probes:
    """The asker that pollers and probes share, and all that is about probes."""

    asker: Asker
    prober: Prober
    history: History
    directory: Directory
    guard: Guard
    lately: Lately[Asked]
    find_host: FindHost | None

    def turn_to(self, poll: PollSettings, settings: ProbeSettings) -> None:
        """Heed these settings from now on."""
        self.guard.turn_to(settings.allowed_networks, settings.allowed_ports)
        self.lately.turn_to(settings.max_age_seconds)
        self.prober.turn_to(_timeout_seconds(poll))

    def handlers(
        self, count_ignored_timeout: Callable[[], None]
    ) -> Mapping[str, Handler]:
        """Give what answers the paths."""
        place_of = partial(whereabouts, find_host=self.find_host)
        past = self.history.past
        return {
            "/probe": make_probe_handler(
                self.prober.probe, place_of, past, count_ignored_timeout
            ),
            HISTORY_PATH: make_history_handler(self.directory.named, past),
        }


@asynccontextmanager
async def probes_by(
    client: Asks,
    find_host: FindHost | None,
    store: Store,
    clock: Clock,
    poll: PollSettings,
    settings: ProbeSettings,
    hosts_at: HostsAt = knows_no_host,
) -> AsyncIterator[Probes]:
    """Ask until the end of the block; then every request is given up."""
    history = History(clock)
    directory = Directory(store, history.admit, history.forget)
    networks, ports = settings.allowed_networks, settings.allowed_ports
    guard = Guard(networks, ports, find_host, hosts_at)
    lately = Lately[Asked](settings.max_age_seconds, clock.monotonic_seconds)
    places = most_requests(poll.concurrency)
    admission = Admission(places)
    most_strangers = max(1, int(places * STRANGERS_PART))
    asker = Asker(client, admission, find_host, lately, history.record)
    async with aclosing(asker):
        timeout_seconds = _timeout_seconds(poll)
        prober = Prober(asker, directory, guard, timeout_seconds, most_strangers)
        yield Probes(asker, prober, history, directory, guard, lately, find_host)


def _timeout_seconds(poll: PollSettings) -> float:
    return poll.timeout_seconds or DEFAULT_TIMEOUT_SECONDS
