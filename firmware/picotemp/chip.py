"""In: what the firmware asks of a board. Out: the names of it, for board.py to fill.

Whoever fills them (the real board, or a test) can run the whole firmware.
"""

import asyncio


class Connection:
    """One accepted connection."""

    def __init__(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        self.reader = reader
        self._writer = writer

    async def send(self, answer: bytes) -> None:
        """Send it all."""
        self._writer.write(answer)
        await self._writer.drain()

    async def close(self) -> None:
        """Close it really: in MicroPython only wait_closed() does."""
        try:
            self._writer.close()
            await self._writer.wait_closed()
        except OSError:
            pass


class Listener:
    """A listening socket."""

    async def accept(self) -> Connection:
        """Wait for the next connection."""
        raise NotImplementedError

    def close(self) -> None:
        """Stop listening."""
        raise NotImplementedError


class Chip:
    """A board with a clock, a thermometer, an LED, a radio and sockets."""

    def id(self) -> str:
        """Give the chip's unique number in hexadecimal."""
        raise NotImplementedError

    def micropython(self) -> str:
        """Give the interpreter's version."""
        raise NotImplementedError

    def reset_cause(self) -> str:
        """Give why the chip started last: power_on or watchdog_or_reset."""
        raise NotImplementedError

    def uptime_ms(self) -> int:
        """Give the milliseconds since the program's start; they never fall.

        Whole numbers: the chip's 32-bit floats lose seconds within months.
        """
        raise NotImplementedError

    def heap_free_bytes(self) -> int:
        """Give the free memory as it is, garbage not counted as free."""
        raise NotImplementedError

    def print_exception(self, error: BaseException) -> None:
        """Print the traceback on the serial port."""
        raise NotImplementedError

    def adc_counts(self) -> int:
        """Take one sample of the temperature diode, 0 to 65535."""
        raise NotImplementedError

    def led(self, is_on: bool) -> None:
        """Switch the LED."""
        raise NotImplementedError

    def radio_on(self, country: str, hostname: str) -> None:
        """Switch the radio on: country and hostname before, power saving off after."""
        raise NotImplementedError

    def join(self, ssid: str, password: str) -> None:
        """Begin to join a network; an empty password means an open one."""
        raise NotImplementedError

    def leave(self) -> None:
        """Leave the network, or stop joining."""
        raise NotImplementedError

    def link_status(self) -> int:
        """Give the driver's status: 3 is up, below 0 is failed."""
        raise NotImplementedError

    def address(self) -> str:
        """Give the IPv4 address."""
        raise NotImplementedError

    def rssi_dbm(self) -> int:
        """Give the signal's strength."""
        raise NotImplementedError

    def jitter(self) -> float:
        """Give 0 to 1, different from board to board and from time to time."""
        raise NotImplementedError

    def listen(self, port: int, backlog: int) -> Listener:
        """Listen on all addresses."""
        raise NotImplementedError
