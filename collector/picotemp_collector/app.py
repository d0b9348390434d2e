"""In: a configuration and a bound socket. Out: the collector, put together, running."""

import logging
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from aiohttp import web

from picotemp_collector.config.shapes import Config
from picotemp_collector.devices.admission import Admission
from picotemp_collector.devices.asking import Asker
from picotemp_collector.devices.client import open_client
from picotemp_collector.devices.fleet import polling
from picotemp_collector.devices.poller import Polling
from picotemp_collector.lifecycle import Lifecycle, serving, stop_on_signals
from picotemp_collector.listening import url_of
from picotemp_collector.metrics.exposition import make_expositions
from picotemp_collector.outlets.api import make_devices_handler
from picotemp_collector.outlets.exposition import make_metrics_handler
from picotemp_collector.outlets.health import (
    make_health_handler,
    make_healthy_handler,
    make_ready_handler,
)
from picotemp_collector.outlets.page import make_page_handler
from picotemp_collector.outlets.self_metrics import SelfMetrics
from picotemp_collector.readings.clock import Clock, system_clock
from picotemp_collector.readings.store import Store
from picotemp_collector.web import make_web_app

# So many are named at the start; a fleet would fill the screen.
NAMED_AT_START = 10
logger = logging.getLogger(__name__)


async def run(config: Config, bound: socket.socket) -> None:
    """Collect and answer until a signal; then end in order."""
    lifecycle = Lifecycle()
    stop_on_signals(lifecycle)
    async with collecting(config, bound, lifecycle, system_clock()):
        _announce(config, bound)
        await lifecycle.until_stopped()
    logger.info("stopped")


@asynccontextmanager
async def collecting(
    config: Config, bound: socket.socket, lifecycle: Lifecycle, clock: Clock
) -> AsyncIterator[Store]:
    """Poll and answer until the end of the block; gives what is known."""
    store = Store(config.devices, clock, config.poll.info_interval_seconds)
    self_metrics = SelfMetrics(clock.unix_seconds(), lambda: len(config.devices))
    app = _web_app(store, self_metrics, lifecycle, clock)
    async with open_client() as client:
        shared = Polling(
            asker=Asker(client, Admission(config.poll.concurrency), client.find_host),
            store=store,
            info_interval_seconds=config.poll.info_interval_seconds,
            observe_lateness_seconds=self_metrics.observe_lateness_seconds,
        )
        # The door closes first: nobody is answered while the pollers end.
        async with polling(config.devices, shared), serving(app, bound):
            yield store


def _web_app(
    store: Store, self_metrics: SelfMetrics, lifecycle: Lifecycle, clock: Clock
) -> web.Application:
    return make_web_app(
        {
            "/": make_page_handler(store.views, clock.unix_seconds),
            "/metrics": make_metrics_handler(
                make_expositions(store, clock.monotonic_seconds, self_metrics.render)
            ),
            "/health": make_health_handler(store.views),
            "/-/healthy": make_healthy_handler(),
            "/-/ready": make_ready_handler(lifecycle.is_ready),
            "/api/v1/devices": make_devices_handler(store.views),
        }
    )


def _announce(config: Config, bound: socket.socket) -> None:
    address = "{}:{}".format(*bound.getsockname()[:2])
    logger.info("listening on %s; see %s/", address, url_of(bound))
    for device in config.devices[:NAMED_AT_START]:
        logger.info(
            "polling %s at %s every %g s, at most %g s each time",
            device.name,
            device.shown_url,
            device.interval_seconds,
            device.timeout_seconds,
        )
    if len(config.devices) > NAMED_AT_START:
        logger.info("polling %d devices in all", len(config.devices))
