"""In: a folder, an address, a look of the spy's or none. Out: its main.py, running.

As the emulator's start, but for the sockets: they are the interpreter's own.
"""

import asyncio  # noqa: F401 it must find the interpreter's own modules
import os
import socket
import sys

import vfs  # type: ignore[import-not-found]

from . import machine, network


class _Sockets:
    """The interpreter's module; all addresses of a board are one of the host's."""

    def __init__(self, address: str, look: str) -> None:
        self._address = address
        self._look = look

    def __getattr__(self, name: str) -> object:
        return getattr(socket, name)

    def getaddrinfo(self, host: str, port: int) -> object:
        host = self._address if host == "0.0.0.0" else host  # noqa: S104
        return socket.getaddrinfo(host, port)

    def socket(self, *how: int) -> object:
        real = socket.socket(*how)
        if not self._look or how[1:2] != (socket.SOCK_STREAM,):
            return real
        from . import spy

        return spy.listening(self._look, real)


def start() -> None:
    """Put the stand-ins in, make the folder the root, run main.py."""
    folder, address, look = sys.argv[1:4]
    if look:
        from . import spy  # noqa: F401 later the board's folder is the root
    sys.modules["machine"] = machine
    sys.modules["network"] = network
    sys.modules["socket"] = _Sockets(address, look)  # type: ignore[assignment]
    vfs.mount(vfs.VfsPosix(folder), "/")
    os.chdir("/")
    sys.path[:] = ["", ".frozen"]
    with open("main.py") as file:
        program = compile(file.read(), "main.py", "exec")
    exec(program, {"__name__": "__main__"})  # noqa: S102 it is the board's program
