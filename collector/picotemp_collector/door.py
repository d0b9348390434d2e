"""In: a bound socket. Out: a protocol for each who connects, while there is room."""

import asyncio
import errno
import socket
from collections.abc import Callable

from picotemp_collector.listening import BACKLOG

# Others have turns between.
ACCEPTED_AT_ONCE = 64
NO_DESCRIPTORS = (errno.EMFILE, errno.ENFILE, errno.ENOBUFS, errno.ENOMEM)
ACCEPT_AGAIN_SECONDS = 0.2


class Door:
    """Lets clients in.

    Not asyncio's server: that drops those whom it accepted a moment before it closes.
    """

    def __init__(
        self,
        bound: socket.socket,
        admit: Callable[[], asyncio.BaseProtocol],
        has_room: Callable[[int], bool],
    ) -> None:
        self._bound = bound
        self._admit = admit
        self._has_room = has_room
        self._entering: set[asyncio.Task[object]] = set()

    def is_anyone_in_it(self) -> bool:
        """Whether somebody is let in and not in yet."""
        return bool(self._entering)

    def open(self) -> None:
        """Let in from now on."""
        self._bound.setblocking(False)
        self._bound.listen(BACKLOG)
        self._resume()

    def close(self) -> None:
        """Let nobody in any more; whoever is accepted comes in."""
        asyncio.get_running_loop().remove_reader(self._bound)
        self._bound.close()

    def _accept(self) -> None:
        loop = asyncio.get_running_loop()
        for _ in range(ACCEPTED_AT_ONCE):
            try:
                client, _address = self._bound.accept()
            except BlockingIOError:
                return
            except OSError as error:
                if error.errno in NO_DESCRIPTORS:
                    self._pause()
                return
            # Who is on the way in counts: many may come at once.
            if not self._has_room(len(self._entering)):
                client.close()
                continue
            client.setblocking(False)
            entering = loop.create_task(self._enter(client))
            self._entering.add(entering)
            entering.add_done_callback(self._entering.discard)

    def _pause(self) -> None:
        # Whoever waits at the door would wake us without end.
        loop = asyncio.get_running_loop()
        loop.remove_reader(self._bound)
        loop.call_later(ACCEPT_AGAIN_SECONDS, self._resume)

    def _resume(self) -> None:
        if self._bound.fileno() >= 0:
            asyncio.get_running_loop().add_reader(self._bound, self._accept)

    async def _enter(self, client: socket.socket) -> None:
        loop = asyncio.get_running_loop()
        try:
            await loop.connect_accepted_socket(self._admit, client)
        except OSError:  # gone already
            client.close()
