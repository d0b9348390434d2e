"""In: what Alertmanager sends. Out: which alerts came, firing or resolved."""

import contextlib
from collections.abc import AsyncIterator
from typing import Any

from aiohttp import web
from attrs import frozen

MOST_BYTES = 1_000_000


@frozen
class Notice:
    """One alert of one message; an alert of the collector has no device."""

    alert: str
    device: str
    status: str


class Webhook:
    """A receiver that notes what comes."""

    def __init__(self) -> None:
        self.notices: list[Notice] = []
        self.url = ""

    async def told(self) -> list[Notice]:
        """Give all that came, in its order."""
        return list(self.notices)

    @contextlib.asynccontextmanager
    async def listening(self, address: str) -> AsyncIterator[None]:
        """Take messages at a free port of an address while the block runs."""
        app = web.Application(client_max_size=MOST_BYTES)
        app.router.add_post("/", self._take)
        runner = web.AppRunner(app, access_log=None, shutdown_timeout=0)
        await runner.setup()
        try:
            await web.TCPSite(runner, address, 0).start()
            port = runner.addresses[0][1]
            self.url = f"http://{address}:{port}/"
            yield
        finally:
            await runner.cleanup()

    async def _take(self, request: web.Request) -> web.Response:
        message: dict[str, Any] = await request.json()
        for alert in message["alerts"]:
            labels = alert["labels"]
            self.notices.append(
                Notice(labels["alertname"], labels.get("device", ""), alert["status"])
            )
        return web.Response()
