"""In: what the firmware asks of a board. Out: the names of it, for board.py to fill.

Whoever fills them (the real board, or a test) can run the whole firmware. The bodies
are empty, not errors: they lie on the flash too. A test sees that board fills all.
"""


class Connection:
    """One accepted connection."""

    async def receive(self, most_bytes: int) -> bytes:
        """Wait for bytes, give those that are there; none at the client's end."""

    async def send(self, answer: bytes) -> None:
        """Send it all."""

    async def close(self) -> None:
        """Close it really; an error is none: it is closed then too."""


class Listener:
    """A listening socket."""

    async def accept(self) -> Connection:
        """Wait for the next connection."""

    def is_waited_on(self) -> bool:
        """Tell whether somebody waits in accept(), and the loop would wake them."""

    def close(self) -> None:
        """Stop listening."""


class Datagrams:
    """A UDP socket; nothing of it ever waits."""

    def send(self, payload: bytes, address: str, port: int) -> None:
        """Send one; OSError where there is no way to send."""

    def receive(self) -> str:
        """Take one; give its sender's address, nothing where there is none."""

    def close(self) -> None:
        """Give the socket back."""


class Chip:
    """A board with a clock, a thermometer, an LED, a radio, sockets, a watchdog."""

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
        """Tell whether the watchdog or a reset() started the chip; else power did."""

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
        """Set the converter up (anew): the diode's bias is switched on only here."""

    def adc_counts(self) -> int:
        """Take one sample of the temperature diode, 0 to 65535."""

    def led(self, is_on: bool) -> None:
        """Switch the LED."""

    def radio_on(self, country: str, hostname: str) -> None:
        """Switch the radio on: country and hostname before, power saving off after."""

    def radio_off(self) -> None:
        """Switch the radio off."""

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
