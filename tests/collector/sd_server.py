"""In: what a test has it say. Out: an http_sd server that says it, right or wrong."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from aiohttp import web
from attrs import define, field


@define
class SdServer:
    """Answers /sd; each fault is a change of one of these."""

    port: int = 0
    body: bytes = b"[]"
    status: int = 200
    headers: dict[str, str] = field(
        factory=lambda: {"Content-Type": "application/json"}
    )
    is_silent: bool = False
    asked: list[web.Request] = field(factory=list)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/sd"

    def list_targets(self, *targets: str) -> None:
        self.body = json.dumps([{"targets": targets}]).encode()

    async def answer(self, request: web.Request) -> web.Response:
        self.asked.append(request)
        if self.is_silent:
            await asyncio.Event().wait()
        return web.Response(body=self.body, status=self.status, headers=self.headers)


@asynccontextmanager
async def sd_server() -> AsyncIterator[SdServer]:
    server, app = SdServer(), web.Application()
    app.router.add_get("/sd", server.answer)
    runner = web.AppRunner(
        app, access_log=None, shutdown_timeout=0, handler_cancellation=True
    )
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    server.port = runner.addresses[0][1]
    try:
        yield server
    finally:
        await runner.cleanup()
