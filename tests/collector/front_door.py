"""In: an application, what answers at once. Out: bytes as they come over a socket."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from aiohttp import web

from picotemp_collector.config.shapes import Listen
from picotemp_collector.front import AnswerAtOnce, answers_nothing
from picotemp_collector.lifecycle import Lifecycle, serving
from picotemp_collector.listening import bind

Streams = tuple[asyncio.StreamReader, asyncio.StreamWriter]


@asynccontextmanager
async def connected(
    app: web.Application, answer_at_once: AnswerAtOnce = answers_nothing
) -> AsyncIterator[Streams]:
    """Give a connection to a server of both."""
    bound = bind(Listen("127.0.0.1", 0))
    async with serving(app, bound, Lifecycle(), answer_at_once):
        reader, writer = await asyncio.open_connection(*bound.getsockname()[:2])
        yield reader, writer
    writer.close()


async def one_answer(reader: asyncio.StreamReader) -> bytes:
    """Read one answer, whole."""
    async with asyncio.timeout(10):
        head = await reader.readuntil(b"\r\n\r\n")
        length = head.partition(b"Content-Length: ")[2].partition(b"\r\n")[0]
        return head + await reader.readexactly(int(length))


async def ask_aiohttp(app: web.Application, request: bytes) -> bytes:
    """Give the whole answer of a server that answers nothing at once."""
    async with connected(app) as (reader, writer):
        writer.write(request)
        return await one_answer(reader)
