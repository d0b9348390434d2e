"""In: what the firmware asks of a board. Out: the names of it, for board.py to fill.

Whoever fills them (the real board, or a test) can run the whole firmware; a test sees
that board fills all. They are for readers and type checkers: with mpy-cross -O they
take no room on a board.
"""


class Connection:
    """One accepted connection."""

    if __debug__:

        def take(self, most_bytes: int) -> bytes | None:
            """Give what is there, nothing at the client's end; None: not yet."""

        def put(self, answer: bytes | memoryview) -> int:
            """Send what there is room for; give how many bytes that was."""

        async def readable(self) -> None:
            """Wait until there is something to take."""

        async def writable(self) -> None:
            """Wait until there is room to put."""

        def close(self) -> None:
            """Close it really; an error is none: it is closed then too."""


class Listener:
    """A listening socket."""

    if __debug__:

        async def accept(self) -> Connection:
            """Wait for the next connection."""

        def is_waited_on(self) -> bool:
            """Tell whether somebody waits in accept(), and the loop would wake them."""

        def close(self) -> None:
            """Stop listening."""


class Datagrams:
    """A UDP socket; nothing of it ever waits."""

    if __debug__:

        def send(self, payload: bytes, address: str, port: int) -> None:
            """Send one; OSError where there is no way to send."""

        def receive(self) -> str:
            """Take one; give its sender's address, nothing where there is none."""

        def close(self) -> None:
            """Give the socket back."""


class Chip:
    """A board with a clock, a thermometer, an LED, a radio, sockets, a watchdog."""

    if __debug__:

        def id(self) -> str:
            """Give the chip's unique number in hexadecimal."""

        def micropython(self) -> str:
            """Give the interpreter's version."""

        def uptime_ms(self) -> int:
            """Give the milliseconds since the program's start; they never fall.

            Whole numbers: the chip's 32-bit floats lose seconds within months.
            """

        def collect_garbage(self) -> None:
            """Free what nobody uses: takes some ms, and saves a longer pause later."""

        def heap_free_bytes(self) -> int:
            """Give the memory that was free after the last collection."""

        def traceback(self, error: BaseException) -> str:
            """Give the traceback as the serial port would show it."""

        def say(self, text: str) -> None:
            """Print on the serial port; where nobody reads, nothing waits for it."""

        def was_reset(self) -> bool:
            """Tell whether a reset or the watchdog started the chip; else power did."""

        def scratch(self, number: int) -> int:
            """Give a register (0 to 3, 32 bits) that outlives resets, but not power."""

        def set_scratch(self, number: int, value: int) -> None:
            """Set such a register."""

        def reset(self) -> None:
            """Restart the chip; nothing after it runs."""

        def watchdog_on(self, timeout_ms: int) -> None:
            """Arm the watchdog: unfed for so long, it restarts the chip."""

        def watchdog_feed(self) -> None:
            """Put the end off."""

        def watchdog_off(self) -> None:
            """Disarm the watchdog."""

        def adc_setup(self) -> None:
            """Set the converter up (anew): only that switches the diode's bias on."""

        def adc_counts(self) -> int:
            """Take one sample of the temperature diode, 0 to 65535."""

        def led(self, is_on: bool) -> None:
            """Switch the LED."""

        def radio_on(self, country: str, hostname: str) -> None:
            """Switch it on: country and hostname before, power saving off after."""

        def radio_off(self) -> None:
            """Take its power."""

        def set_addresses(self, addresses: tuple[str, str, str, str]) -> None:
            """Take address, netmask, gateway and name server instead of asking DHCP."""

        def join(self, ssid: str, password: str) -> None:
            """Begin to join a network; an empty password means an open one."""

        def leave(self) -> None:
            """Leave the network, or stop joining."""

        def link_status(self) -> int:
            """Give the driver's status: 3 is up, below 0 is failed."""

        def addresses(self) -> tuple[str, str, str, str]:
            """Give address, netmask, gateway and name server (IPv4)."""

        def rssi_dbm(self) -> int:
            """Give the signal's strength."""

        def jitter(self) -> float:
            """Give 0 to 1, different from board to board and from time to time."""

        def listen(self, port: int, backlog: int) -> Listener:
            """Listen on all addresses."""

        def datagrams(self) -> Datagrams:
            """Open a UDP socket."""
