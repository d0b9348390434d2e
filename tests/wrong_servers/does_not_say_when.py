"""In: requests. Out: answers of a busy board that looks like a broken one."""

import asyncio

from . import right


class Server(right.Server):
    """Wrong: the 503 of a full board lacks Retry-After."""

    async def refuse(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        """Send the body of a refusal, and not its header."""
        answer = self.render(503, right.error("busy"), {}, is_head=False)
        await self.send(reader, writer, answer)
