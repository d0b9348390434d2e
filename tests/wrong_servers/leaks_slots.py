"""In: requests. Out: answers of a board that forgets to free a slot."""

import asyncio

from . import right


class Server(right.Server):
    """Wrong: whoever leaves without a request is counted for ever."""

    async def receive(self, reader: asyncio.StreamReader) -> right.Request:
        """Miss the case of a client that leaves."""
        try:
            return await super().receive(reader)
        except asyncio.IncompleteReadError:
            self.in_service += 1  # what the base takes off is taken off in vain
            raise
