"""In: restarts and reloads under load. Out: not one request that fails."""

import asyncio
import re
from collections.abc import Callable, Coroutine

import aiohttp

from collector.generations import Holder
from real_servers import program

DEVICE = ("--device", "attic=http://127.0.0.1:1")
CLIENTS = 8
REQUEST = b"GET /metrics HTTP/1.1\r\nHost: picotemp\r\n\r\n"
LENGTH = re.compile(rb"\r\nContent-Length: (\d+)\r\n")


Load = Callable[[Holder, asyncio.Event], Coroutine[None, None, None]]


async def restart_and_reload(load: Load) -> None:
    """Go from one collector to the next, to the next, and reload, all under load."""
    holder, over = Holder(), asyncio.Event()
    with holder.bound:
        async with asyncio.TaskGroup() as group:
            async with holder.generation(*DEVICE) as first:
                loading = group.create_task(load(holder, over))
                await asyncio.sleep(0.2)
                # As systemctl restart does it: between the two nobody is there.
                await first.end()
            async with (
                holder.generation(*DEVICE) as second,
                holder.generation(*DEVICE) as third,
            ):
                await second.end()
                await reload(holder.url)
                over.set()
                await loading
                await third.end()


async def reload(url: str) -> None:
    async with aiohttp.ClientSession() as session:
        for _ in range(5):
            async with session.post(f"{url}/-/reload") as response:
                assert response.status == 200


class Asker:
    """Asks without pause on one connection, until the server says that it closes."""

    def __init__(self, port: int) -> None:
        self._port = port
        self._stays = False
        self.answers = 0
        self.connections = 0

    async def ask(self) -> None:
        """Ask once; raises whatever goes wrong."""
        if not self._stays:
            self.connections += 1
            streams = await asyncio.open_connection("127.0.0.1", self._port)
            self._reader, self._writer = streams
        self._writer.write(REQUEST)
        head = await self._reader.readuntil(b"\r\n\r\n")
        assert head.startswith(b"HTTP/1.1 200 OK\r\n")
        length = LENGTH.search(head)
        assert length
        body = await self._reader.readexactly(int(length[1]))
        assert b'pico_up{device="attic"}' in body
        self.answers += 1
        self._stays = b"\r\nConnection: close\r\n" not in head
        if not self._stays:
            assert await self._reader.read() == b""
            self._writer.close()

    def leave(self) -> None:
        self._writer.close()


async def test_clients_that_keep_their_connections_lose_no_request() -> None:
    async def load(holder: Holder, over: asyncio.Event) -> None:
        askers = [Asker(holder.port) for _ in range(CLIENTS)]

        async def ask_on(asker: Asker) -> None:
            while not over.is_set():
                await asker.ask()
            asker.leave()

        await asyncio.gather(*map(ask_on, askers))
        assert all(asker.connections > 1 for asker in askers)
        assert all(asker.answers > 2 * asker.connections for asker in askers)

    await restart_and_reload(load)


async def test_wrk_sees_no_failed_request() -> None:
    wrk = program("wrk")

    async def load(holder: Holder, over: asyncio.Event) -> None:
        while not over.is_set():
            process = await asyncio.create_subprocess_exec(
                *(wrk, "-t1", "-c16", "-d2s", "--timeout", "30s"),
                f"{holder.url}/metrics",
                stdout=asyncio.subprocess.PIPE,
            )
            told = (await process.communicate())[0].decode()
            requests = re.search(r"(\d+) requests in", told)
            assert requests, told
            assert int(requests[1]) > 0, told
            assert "Socket errors" not in told, told
            assert "Non-2xx" not in told, told

    await restart_and_reload(load)
