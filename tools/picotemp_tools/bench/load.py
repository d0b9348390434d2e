"""In: an address. Out: requests to it, each on a connection of its own."""

import asyncio

RETRIES = 20
RETRY_SECONDS = 0.05


async def get(host: str, port: int, path: str = "/", fields: str = "") -> bytes:
    """Ask once; give the whole answer, to the end of the connection.

    The fields are lines of the request's head.
    """
    reader, writer = await asyncio.open_connection(host, port)
    try:
        request = f"GET {path} HTTP/1.0\r\nHost: {host}\r\n{fields}\r\n"
        writer.write(request.encode())
        return await reader.read()
    finally:
        writer.close()


async def get_ok(host: str, port: int, path: str = "/") -> bytes:
    """Ask until the answer is a 200; what never comes is an error."""
    for _ in range(RETRIES):
        answer = await get(host, port, path)
        if answer.split(b" ", 2)[1:2] == [b"200"]:
            return answer
        await asyncio.sleep(RETRY_SECONDS)
    raise RuntimeError(f"{host}:{port}{path} gives no 200: {answer[:80]!r}")


async def repeat(times: int, host: str, port: int, path: str = "/") -> None:
    """Ask so often, one after the other."""
    for _ in range(times):
        await get_ok(host, port, path)
