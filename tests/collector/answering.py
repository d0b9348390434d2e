"""In: what a probe goes through. Out: /probe and the history, on a port of its own."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from picotemp_collector.config.shapes import Listen
from picotemp_collector.lifecycle import Lifecycle, serving
from picotemp_collector.listening import bind, url_of
from picotemp_collector.outlets.self_metrics import SelfMetrics
from picotemp_collector.probes import Probes
from picotemp_collector.web import make_web_app


@asynccontextmanager
async def answering(
    probes: Probes, self_metrics: SelfMetrics | None = None
) -> AsyncIterator[str]:
    """Give the URL at which probes are answered."""
    self_metrics = self_metrics or SelfMetrics(0.0, lambda: 0)
    handlers = probes.handlers(self_metrics.count_ignored_scrape_timeout)
    bound = bind(Listen("127.0.0.1", 0))
    url = url_of(bound)
    async with serving(make_web_app(handlers), bound, Lifecycle()):
        yield url
