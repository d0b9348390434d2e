"""In: requests. Out: answers of a board that expects text of everybody."""

import asyncio

from . import right


class Server(right.Server):
    """Wrong: bytes that are no text end a connection, and its slot is lost."""

    async def receive(self, reader: asyncio.StreamReader) -> right.Request:
        """Lose the slot of a client that does not speak plainly."""
        try:
            return await super().receive(reader)
        except right.Refusal:
            self.in_service += 1  # what the base takes off is taken off in vain
            raise
