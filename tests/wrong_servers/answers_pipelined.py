"""In: requests. Out: answers of a board that takes all that comes at once."""

import asyncio

from . import right


class Server(right.Server):
    """Wrong: the second request of a connection that closes is answered too."""

    async def converse(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        """Answer twice where there are two."""
        request = await self.receive(reader)
        status, body, headers = self.route(request)
        answer = self.render(status, body, headers, is_head=False)
        try:
            second = await asyncio.wait_for(reader.read(1024), 0.1)
        except TimeoutError:
            second = b""
        await self.send(reader, writer, answer * 2 if second else answer)
