"""In: requests. Out: answers of a board that says close and does not."""

import asyncio

from . import right


class Server(right.Server):
    """Wrong: the connection stays open until the client has gone."""

    async def send(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, answer: bytes
    ) -> None:
        """Send, and leave the closing to others."""
        writer.write(answer)
        while await reader.read(1024):
            pass
