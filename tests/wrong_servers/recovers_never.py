"""In: requests. Out: answers of a board that loses a slot with each client it cuts."""

import asyncio

from . import right


class Server(right.Server):
    """Wrong: the slot of a cut client stays taken, as if nothing had ended."""

    async def receive(self, reader: asyncio.StreamReader) -> right.Request:
        """Miss that the end of the time comes as a cancellation."""
        try:
            return await super().receive(reader)
        except asyncio.CancelledError:
            self.in_service += 1  # what the base takes off is taken off in vain
            raise
