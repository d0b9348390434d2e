"""In: clients of a board's address. Out: at most 5 connections, or silence.

The kernel would accept for a board that is off the air. It does not answer a
connection request while the queue of accepted ones is full, so a plug, a connection
of our own, fills the queue whenever the board must be silent.
"""

import asyncio
import contextlib
import socket

from ..errors import ToolError
from .relay import Air, Relay

# The chip's firmware is built with room for so many TCP connections.
MOST_CONNECTIONS = 5
LONGEST_DELAY_SECONDS = 60


class Radio:
    """The board's side of the network, at one address and port."""

    def __init__(self, address: str, port: int) -> None:
        self._address = address
        self.port = port
        self.air = Air(asyncio.Event())
        self.path: str | None = None
        self._listener: socket.socket | None = None
        self._plug: socket.socket | None = None
        self._relays: dict[asyncio.Task[None], Relay] = {}
        # Connections of a chip that lost its power: held, silent, uncounted.
        self._orphans: list[tuple[asyncio.Task[None], Relay]] = []

    @property
    def connections(self) -> int:
        """Give how many connections the chip holds."""
        return len(self._relays)

    @property
    def is_serving(self) -> bool:
        """Tell whether a client can reach the program."""
        return bool(self.path and self._listener and self.air.is_clear.is_set())

    def open(self) -> None:
        """Take the address, silently; raise ToolError where it is taken."""
        self._listener = self._listen()
        self._update()

    async def close(self) -> None:
        """Give the address back and end every connection."""
        self.path = None
        self._close_listener()
        tasks = [*self._relays, *(task for task, _ in self._orphans)]
        self._relays = {}
        self._orphans.clear()
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    def set_on_air(self, is_on_air: bool) -> None:
        """Let packets through, or not."""
        if is_on_air == self.air.is_clear.is_set():
            return
        if is_on_air:
            self.air.is_clear.set()
            self._bury_orphans()
        else:
            self.air.is_clear.clear()
        self._update()

    def slow(self, seconds: float) -> None:
        """Delay every answer."""
        if not 0 <= seconds <= LONGEST_DELAY_SECONDS:
            raise ValueError(f"{seconds} s is no delay up to {LONGEST_DELAY_SECONDS} s")
        self.air.delay_seconds = seconds

    def set_program(self, path: str | None, port: int | None = None) -> None:
        """Say where the program listens; None is nowhere: the chip then refuses.

        Raises ToolError where the port cannot be had: then it listens nowhere.
        """
        before = self.port
        if port and port != self.port:
            self._close_listener()
            self.port = port
        self.path = path
        try:
            if path and not self._listener:
                self._listener = self._listen()
        except ToolError:
            self.port, self.path = before, None
            raise
        finally:
            self._update()

    def lose_power(self) -> None:
        """Forget all connections; the clients are not told."""
        self.path = None
        self.set_on_air(False)
        self._orphans += self._relays.items()
        self._relays = {}
        self._update()

    def _update(self) -> None:
        is_clear = self.air.is_clear.is_set()
        if is_clear and self.path is None:
            self._close_listener()
            return
        if self._listener is None:
            # Where somebody took the port meanwhile, nothing can be said to clients.
            with contextlib.suppress(ToolError):
                self._listener = self._listen()
        if is_clear and self._free():
            self._pull_plug()
        else:
            self._push_plug()

    def _free(self) -> int:
        return MOST_CONNECTIONS - len(self._relays)

    def _listen(self) -> socket.socket:
        listener = socket.socket()
        listener.setblocking(False)
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listener.bind((self._address, self.port))
        except OSError as error:
            listener.close()
            raise ToolError(
                f"{self._address}:{self.port} cannot be had ({error.strerror}); "
                "give the boards another --address or --port"
            ) from error
        listener.listen(0)
        return listener

    def _close_listener(self) -> None:
        if self._listener:
            asyncio.get_running_loop().remove_reader(self._listener)
            self._listener.close()
            self._listener = None
        self._drop_plug()

    def _push_plug(self) -> None:
        if self._plug or not self._listener:
            return
        asyncio.get_running_loop().remove_reader(self._listener)
        self._listener.listen(0)
        self._plug = socket.socket()
        self._plug.setblocking(False)
        # Whether it gets in or finds the queue full, the queue is full now.
        self._plug.connect_ex((self._address, self.port))

    def _pull_plug(self) -> None:
        if not self._listener:
            return
        plug_name = self._plug.getsockname() if self._plug else None
        # One that still knocks must not get in later, as if it were a client.
        self._drop_plug()
        loop = asyncio.get_running_loop()
        loop.add_reader(self._listener, self._accept_all, None)
        self._accept_all(plug_name)

    def _drop_plug(self) -> None:
        if self._plug:
            self._plug.close()
            self._plug = None

    def _accept_all(self, plug_name: object) -> None:
        while self._listener and self._free():
            # First the queue shrinks, then one leaves it: never one too many.
            self._listener.listen(max(self._free() - 2, 0))
            try:
                client, peer = self._listener.accept()
            except BlockingIOError:
                self._listener.listen(self._free() - 1)
                return
            if peer == plug_name or self.path is None:
                client.close()
            else:
                self._begin(client, peer, self.path)
        self._update()

    def _begin(self, client: socket.socket, peer: tuple[str, int], path: str) -> None:
        client.setblocking(False)
        relay = Relay(client, self.air)
        task = asyncio.create_task(relay.run(path, peer))
        self._relays[task] = relay
        task.add_done_callback(lambda task: self._ended(task, relay))

    def _ended(self, task: asyncio.Task[None], relay: Relay) -> None:
        # Here, not in the task: one that is cancelled at once never begins.
        relay.close()
        if self._relays.pop(task, None):
            self._update()

    def _bury_orphans(self) -> None:
        for task, relay in self._orphans:
            relay.reset()
            task.cancel()
        self._orphans.clear()
