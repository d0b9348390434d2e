"""In: requests. Out: answers of a busy board that does not read what it refuses."""

import asyncio

from . import right


class Server(right.Server):
    """Wrong: what is left unread turns the end of a refusal into a reset."""

    async def refuse(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        """Wait for the request to come, and leave it where it is."""
        del reader  # what is in it stays there
        writer.transport.pause_reading()  # type: ignore[attr-defined]
        await asyncio.sleep(0.05)
        writer.write(
            self.render(503, right.error("busy"), {"Retry-After": "1"}, is_head=False)
        )
