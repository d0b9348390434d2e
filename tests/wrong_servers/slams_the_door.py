"""In: requests. Out: answers of a board that refuses without a word."""

import asyncio

from . import right


class Server(right.Server):
    """Wrong: the fourth client is closed without an answer."""

    answer_seconds = 0.2

    async def refuse(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        """Say nothing; what called this closes the connection."""
