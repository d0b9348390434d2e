"""In: a listening socket that a test holds. Out: collectors that come and go on it."""

import asyncio
import contextlib
import os
import re
import signal
import socket
import sys
from collections.abc import AsyncIterator

from picotemp_collector.config.shapes import Listen
from picotemp_collector.listening import bind, url_of

# It becomes the collector, so that its number is known beforehand, as to systemd.
HAND_OVER = """
import os, sys
os.dup2(int(sys.argv[1]), 3)
os.environ |= {"LISTEN_FDS": "1", "LISTEN_PID": str(os.getpid())}
os.execv(sys.executable, [sys.executable, "-m", "picotemp_collector", *sys.argv[2:]])
"""
LISTENING = re.compile(r"listening on 127\.0\.0\.1:\d+")
PATIENCE_SECONDS = 60


class Holder:
    """What stands for systemd: the socket is its own, whoever answers on it."""

    def __init__(self) -> None:
        self.bound: socket.socket = bind(Listen("127.0.0.1", 0))
        self.url = url_of(self.bound)
        self.port: int = self.bound.getsockname()[1]

    @contextlib.asynccontextmanager
    async def generation(
        self, *arguments: str, **environment: str
    ) -> AsyncIterator["Generation"]:
        """Run a collector on the socket; it answers when the block begins."""
        descriptor = self.bound.fileno()
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-c", HAND_OVER, str(descriptor), *arguments),
            env=os.environ | environment,
            pass_fds=[descriptor],
            stderr=asyncio.subprocess.PIPE,
        )
        started = Generation(process)
        try:
            await started.until_listening()
            yield started
        finally:
            with contextlib.suppress(ProcessLookupError):
                process.kill()
            await process.wait()


class Generation:
    """One collector of several, one after another."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self.process = process
        self.log = ""
        self._reading = asyncio.create_task(self._read())
        self._listening = asyncio.Event()

    async def until_listening(self) -> None:
        """Wait until it answers."""
        async with asyncio.timeout(PATIENCE_SECONDS):
            await self._listening.wait()
        assert LISTENING.search(self.log), self.log

    async def end(self) -> str:
        """Let it end in order; give its log."""
        self.process.send_signal(signal.SIGTERM)
        async with asyncio.timeout(PATIENCE_SECONDS):
            assert await self.process.wait() == 0
            await self._reading
        return self.log

    async def _read(self) -> None:
        assert self.process.stderr
        async for line in self.process.stderr:
            self.log += line.decode()
            if LISTENING.search(self.log):
                self._listening.set()
        self._listening.set()
