"""In: requests. Out: answers of a board that takes one packet for one request."""

import asyncio

from . import right


class Server(right.Server):
    """Wrong: a request that comes in pieces is refused."""

    async def receive(self, reader: asyncio.StreamReader) -> right.Request:
        """Read once."""
        packet = await reader.read(2048)
        if right.END_OF_HEAD not in packet:
            raise right.Refusal(400)
        return self.request(packet.decode("latin-1").partition("\r\n")[0])
