"""In: a configuration and a bound socket. Out: the collector, put together, running."""

import asyncio
import gc
import logging
import socket
from collections.abc import AsyncIterator
from contextlib import (
    AbstractAsyncContextManager,
    AsyncExitStack,
    asynccontextmanager,
)
from functools import partial

import aiohttp
from aiohttp import web
from attrs import frozen
from yarl import URL

from picotemp_collector.background import at_work
from picotemp_collector.config.loaded import Loaded
from picotemp_collector.config.shapes import Config
from picotemp_collector.descriptors import raise_limit
from picotemp_collector.devices.client import Client, open_client
from picotemp_collector.devices.fleet import polling
from picotemp_collector.devices.poller import Polling
from picotemp_collector.devices.resolver import DaemonResolver
from picotemp_collector.devices.session_client import open_session, tcp_connector
from picotemp_collector.in_force import InForce
from picotemp_collector.lifecycle import Lifecycle, serving, stop_on_signals
from picotemp_collector.listening import shown_place_of, url_of
from picotemp_collector.metrics.exposition import make_expositions
from picotemp_collector.outlets.api import make_devices_handler
from picotemp_collector.outlets.exposition import (
    Expositions,
    make_metrics_at_once,
    make_metrics_handler,
)
from picotemp_collector.outlets.health import (
    make_health_handler,
    make_healthy_handler,
    make_ready_handler,
)
from picotemp_collector.outlets.page import make_page_handler
from picotemp_collector.outlets.reload import make_reload_handler
from picotemp_collector.outlets.self_metrics import SelfMetrics
from picotemp_collector.outlets.service_discovery import make_service_discovery_handler
from picotemp_collector.probes import Probes, probes_by
from picotemp_collector.readings.clock import Clock, system_clock
from picotemp_collector.readings.store import Store
from picotemp_collector.reload import (
    Origin,
    Reloader,
    reload_on_change,
    reload_on_signal,
)
from picotemp_collector.sources.inventory import Inventory
from picotemp_collector.systemd import Notifier
from picotemp_collector.usual import Usual
from picotemp_collector.web import make_web_app

# So many are named at the start; a fleet would fill the screen.
NAMED_AT_START = 10
# What lives by then, lives long: to look through the objects of a fleet for garbage
# again and again would stop the loop for 0.1 s each time.
SETTLED_SECONDS = 30.0
logger = logging.getLogger(__name__)


async def run(
    config: Config, bound: socket.socket, origin: Origin, notifier: Notifier
) -> None:
    """Collect and answer until a signal; then end in order."""
    raise_limit()
    lifecycle = Lifecycle(notifier)
    stop_on_signals(lifecycle)
    clock = system_clock()
    async with collecting(config, bound, lifecycle, clock, origin) as collector:
        reload_on_signal(collector.reloader)
        _announce(collector.store, bound)
        gc.freeze()
        asyncio.get_running_loop().call_later(SETTLED_SECONDS, gc.freeze)
        lifecycle.start(f"{len(collector.store)} devices")
        await lifecycle.until_stopped()
    logger.info("stopped")


@frozen
class Collector:
    """A collector at work: what is known, and what loads its configuration again."""

    store: Store
    reloader: Reloader


@asynccontextmanager
async def collecting(
    config: Config,
    bound: socket.socket,
    lifecycle: Lifecycle,
    clock: Clock,
    origin: Origin,
) -> AsyncIterator[Collector]:
    """Poll and answer until the end of the block."""
    changed = asyncio.Event()
    async with AsyncExitStack() as stack:
        enter = stack.enter_async_context
        client, session = await enter(open_client()), await enter(_open_session())
        inventory = Inventory(config, session, clock.unix_seconds, changed.set)
        await inventory.begin()
        info_seconds = config.poll.info_interval_seconds
        store = Store(inventory.devices(), clock, info_seconds)
        self_metrics = _self_metrics(clock, store, inventory)
        probes = await enter(_probing(client, store, clock, config))
        shared = Polling(
            probes.asker, store, info_seconds, self_metrics.observe_lateness_seconds
        )
        changed.clear()
        fleet = await enter(polling(inventory.devices(), shared))
        in_force = InForce(config, inventory, changed, fleet, probes.turn_to)
        reloader = _reloader(origin, in_force, lifecycle, clock, store)
        parts = _Parts(store, self_metrics, inventory, probes, in_force, reloader)
        await enter(
            at_work(
                inventory.run(),
                in_force.follow_sources(),
                reloader.run(),
                reload_on_change(reloader, origin.watch),
            )
        )
        # The door closes first: nobody is answered while the pollers end.
        await enter(_serving(parts, bound, lifecycle, clock))
        await enter(lifecycle.watched(fleet.goes_on))
        yield Collector(store, reloader)


@frozen
class _Parts:
    """What the outlets tell of."""

    store: Store
    self_metrics: SelfMetrics
    inventory: Inventory
    probes: Probes
    in_force: InForce
    reloader: Reloader


@asynccontextmanager
async def _open_session() -> AsyncIterator[aiohttp.ClientSession]:
    # For the sources: it must not be in the way of the devices' own.
    resolver = DaemonResolver()
    try:
        async with open_session(tcp_connector(resolver)) as session:
            yield session
    finally:
        await resolver.close()


def _probing(
    client: Client, store: Store, clock: Clock, config: Config
) -> AbstractAsyncContextManager[Probes]:
    settings = config.poll, config.probe
    return probes_by(client, client.find_host, store, clock, *settings, client.hosts_at)


def _reloader(
    origin: Origin, in_force: InForce, lifecycle: Lifecycle, clock: Clock, store: Store
) -> Reloader:
    around = partial(lifecycle.reloading, lambda: f"{len(store)} devices")
    return Reloader(origin.load, in_force.turn_to, clock.unix_seconds, around)


def _self_metrics(clock: Clock, store: Store, inventory: Inventory) -> SelfMetrics:
    self_metrics = SelfMetrics(clock.unix_seconds(), lambda: len(store))
    self_metrics.show_sources(inventory.states)
    return self_metrics


def _serving(
    parts: _Parts, bound: socket.socket, lifecycle: Lifecycle, clock: Clock
) -> AbstractAsyncContextManager[None]:
    self_metrics = parts.self_metrics
    # Before the first text is made.
    self_metrics.show_reloads(lambda: parts.reloader.last)
    self_metrics.show_shard(lambda: parts.in_force.config.poll.shard)
    now_seconds, own_text = clock.monotonic_seconds, self_metrics.render
    expositions = make_expositions(parts.store, now_seconds, own_text)
    at_once = {"/metrics": make_metrics_at_once(expositions)}
    usual = Usual(at_once, clock.unix_seconds)
    app = _web_app(parts, expositions, lifecycle, clock)
    return serving(app, bound, lifecycle, usual.answer)


def _web_app(
    parts: _Parts, expositions: Expositions, lifecycle: Lifecycle, clock: Clock
) -> web.Application:
    store, self_metrics = parts.store, parts.self_metrics
    sources = parts.inventory.states

    def loaded() -> Loaded:
        return parts.reloader.last

    def external_url() -> URL | None:
        return parts.in_force.config.server.external_url

    return make_web_app(
        {
            "/": make_page_handler(store.views, clock.unix_seconds, loaded, sources),
            "/metrics": make_metrics_handler(expositions),
            **parts.probes.handlers(self_metrics.count_ignored_scrape_timeout),
            "/sd": make_service_discovery_handler(
                parts.inventory.devices, external_url
            ),
            "/health": make_health_handler(store.views, loaded, sources),
            "/-/healthy": make_healthy_handler(),
            "/-/ready": make_ready_handler(lifecycle.is_ready),
            "/api/v1/devices": make_devices_handler(store.views),
        },
        {"/-/reload": make_reload_handler(parts.reloader.reload)},
    )


def _announce(store: Store, bound: socket.socket) -> None:
    logger.info("listening on %s; see %s/", shown_place_of(bound), url_of(bound))
    devices = [view.device for view in store.views()]
    for device in devices[:NAMED_AT_START]:
        logger.info(
            "polling %s at %s every %g s, at most %g s each time",
            device.name,
            device.shown_url,
            device.interval_seconds,
            device.timeout_seconds,
        )
    if len(devices) > NAMED_AT_START:
        logger.info("polling %d devices in all", len(devices))
