"""In: names of servers in this folder. Out: each on its own port, until stdin ends.

For instance, in tests/: python -m wrong_servers right never_busy
The first line printed is JSON: name to URL.
"""

import asyncio
import importlib
import json
import sys


async def serve(names: list[str]) -> None:
    """Serve until whoever started this closes our stdin, or is gone."""
    urls = {name: await _start(name) for name in names}
    sys.stdout.write(json.dumps(urls) + "\n")
    sys.stdout.flush()
    await asyncio.to_thread(sys.stdin.read)


async def _start(name: str) -> str:
    server = importlib.import_module(f"{__package__}.{name}").Server()
    listening = await asyncio.start_server(
        server.serve, "127.0.0.1", 0, limit=server.head_most_bytes
    )
    port = listening.sockets[0].getsockname()[1]
    return f"http://127.0.0.1:{port}"


if __name__ == "__main__":
    asyncio.run(serve(sys.argv[1:] or ["right"]))
