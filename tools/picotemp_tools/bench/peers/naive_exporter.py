"""In: scrapes. Out: gauges, each board asked during the scrape, as tutorials do it.

Arguments: the port to listen on, then the URLs of the boards.
"""

import asyncio
import sys

import aiohttp
from aiohttp import web
from prometheus_client import CollectorRegistry, Gauge, generate_latest


async def serve(port: int, urls: list[str]) -> None:
    """Serve /metrics for ever."""
    registry = CollectorRegistry()
    gauge = Gauge(
        "pico_temperature", "Of the chip.", ["url", "unit"], registry=registry
    )
    async with aiohttp.ClientSession() as session:

        async def metrics(_request: web.Request) -> web.Response:
            for url in urls:
                async with session.get(url) as response:
                    reading = await response.json()
                gauge.labels(url, "celsius").set(reading["tempC"])
                gauge.labels(url, "fahrenheit").set(reading["tempF"])
            return web.Response(body=generate_latest(registry))

        app = web.Application()
        app.router.add_get("/metrics", metrics)
        runner = web.AppRunner(app)
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", port).start()
        await asyncio.Event().wait()


if __name__ == "__main__":
    asyncio.run(serve(int(sys.argv[1]), sys.argv[2:]))
