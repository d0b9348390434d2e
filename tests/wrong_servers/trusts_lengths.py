"""In: requests. Out: answers of a board that takes a length for what it says."""

import asyncio

from . import right


class Server(right.Server):
    """Wrong: it reads whatever number is there, and waits for as many bytes."""

    def body_bytes(self, lines: list[str]) -> int:
        """Take the first number, negative ones too."""
        headers = [line.partition(":") for line in lines]
        lengths = [int(value) for name, _, value in headers if self.is_length(name)]
        return lengths[0] if lengths else 0

    async def receive(self, reader: asyncio.StreamReader) -> right.Request:
        """End like a program that met an error it does not expect."""
        try:
            return await super().receive(reader)
        except ValueError as error:
            raise asyncio.IncompleteReadError(b"", None) from error
