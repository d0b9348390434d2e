"""In: requests. Out: answers of a board that counts anew with each byte."""

import asyncio

from . import right


class Server(right.Server):
    """Wrong: a limit on each read is no limit on the whole life."""

    life_seconds = 60.0

    async def receive(self, reader: asyncio.StreamReader) -> right.Request:
        """Wait up to 3 s for each byte."""
        head = b""
        while not head.endswith(right.END_OF_HEAD):
            head += await asyncio.wait_for(reader.readexactly(1), 3)
        line, *lines = head.decode("latin-1").strip().split("\r\n")
        await asyncio.wait_for(reader.readexactly(self.body_bytes(lines)), 3)
        return self.request(line)
