"""In: requests. Out: answers of a board that waits until its answer is taken."""

import asyncio

from . import right


class Server(right.Server):
    """Wrong: only reading has an end, so who never reads keeps a slot for ever."""

    async def live(
        self,
        talk: right.Talk,
        reader: asyncio.StreamReader,
        writer: asyncio.StreamWriter,
    ) -> None:
        """Let it talk for as long as it likes."""
        try:
            await talk(reader, writer)
        except OSError:
            pass
        finally:
            writer.transport.abort()

    async def receive(self, reader: asyncio.StreamReader) -> right.Request:
        """Read within 3 s."""
        async with asyncio.timeout(self.life_seconds):
            return await super().receive(reader)

    async def send(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, answer: bytes
    ) -> None:
        """Send, and wait for the client to leave."""
        writer.write(answer)
        writer.write_eof()
        while await reader.read(1024):
            pass
