"""In: requests. Out: answers of a busy board that lets one wait for its no."""

import asyncio

from . import right


class Server(right.Server):
    """Wrong: 0.4 s pass before a client is told to come again."""

    async def refuse(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        """Sleep over it."""
        await asyncio.sleep(0.4)
        await super().refuse(reader, writer)
