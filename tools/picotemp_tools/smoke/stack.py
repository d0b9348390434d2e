"""In: programs, rules, an address. Out: all that alerts, running for a block.

Boards, collector, Prometheus, Alertmanager and a webhook; afterwards nothing is left.
"""

import contextlib
import tempfile
from collections.abc import AsyncIterator, Sequence
from pathlib import Path

import aiohttp
from attrs import frozen

from ..emulator import EmulatedBoard, fleet
from . import servers
from .address import free_ports
from .programs import Programs
from .prometheus import Prometheus
from .server import Server
from .shipped import Shipped, with_webhook
from .webhook import Webhook

BOARDS = 3


@frozen
class Stack:
    """All that runs."""

    folder: Path
    boards: Sequence[EmulatedBoard]
    collector: Server
    prometheus: Prometheus
    # None where there is none: then nothing comes to the webhook.
    alertmanager: Server | None
    webhook: Webhook
    web: aiohttp.ClientSession

    def poll(self, boards: Sequence[EmulatedBoard]) -> None:
        """Let the collector poll these boards, after a reload."""
        servers.write_collector(self.folder, self.collector.url, _devices(boards))


@contextlib.asynccontextmanager
async def running(
    programs: Programs, shipped: Shipped, address: str, polled: int = BOARDS
) -> AsyncIterator[Stack]:
    """Run it, boards from an address on; the first of them are polled."""
    async with contextlib.AsyncExitStack() as exits:
        folder = Path(
            exits.enter_context(tempfile.TemporaryDirectory(prefix="picotemp-smoke-"))
        )
        port, *ports = free_ports(address, 4)
        urls = [f"http://{address}:{port}" for port in ports]
        places = fleet.places(BOARDS, address, port)
        boards = await exits.enter_async_context(fleet.running(places))
        webhook = Webhook()
        await exits.enter_async_context(webhook.listening(address))

        collector = servers.collector(folder, urls[0], _devices(boards[:polled]))
        alertmanager = None
        if programs.alertmanager:
            routed = with_webhook(shipped.alertmanager, webhook.url)
            alertmanager = servers.alertmanager(
                folder, urls[1], programs.alertmanager, routed
            )
        told = urls[1] if alertmanager else None
        prometheus = servers.prometheus(
            folder, urls[2], programs.prometheus, shipped.rules, urls[0], told
        )
        for server in (collector, alertmanager, prometheus):
            if server:
                exits.push_async_callback(server.end, at_once=True)
                await server.start()
        web = await exits.enter_async_context(aiohttp.ClientSession())
        yield Stack(
            folder,
            boards,
            collector,
            Prometheus(urls[2], web),
            alertmanager,
            webhook,
            web,
        )


def _devices(boards: Sequence[EmulatedBoard]) -> dict[str, str]:
    return {board.place.name: board.url for board in boards}
