"""In: requests. Out: answers of a board that lets the fourth client wait."""

import asyncio

from . import right


class Server(right.Server):
    """Wrong: nobody is told that the board is busy."""

    def __init__(self) -> None:
        super().__init__()
        self._turns = asyncio.Semaphore(self.slots)

    async def serve(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        """Wait for a slot, however long it takes."""
        async with self._turns:
            await super().serve(reader, writer)
