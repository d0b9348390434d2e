"""In: what a test wants a chip to do. Out: a Chip without hardware, all calls noted."""

from collections.abc import Callable

from picotemp.chip import Chip, Datagrams, Listener

from .fake_sockets import FakeDatagrams, FakeListener
from .virtual_time import now_ms

# 27.04 °C by the data sheet's formula.
CODE_OF_27_CELSIUS = 876
UP = 3


def to_counts(code: int) -> int:
    """Stretch 12 bits to 16 as the chip does."""
    return code << 4 | code >> 8


class ResetError(BaseException):
    """The chip restarts: nothing of the program runs after it."""


class FakeChip(Chip):
    """A chip whose ADC, link and network are functions a test replaces."""

    def __init__(self) -> None:
        self.later_ms = 0
        # As on the board: not known before the first collection.
        self._heap_free_bytes = 0
        self.code = CODE_OF_27_CELSIUS
        # Takes the number of the sample, gives the counts or raises.
        self.adc: Callable[[int], int] = lambda _: to_counts(self.code)
        self.samples = 0
        # Takes the milliseconds since the last join, gives the driver's status.
        self.status: Callable[[int], int] = lambda _: UP
        self.jitter_now = 1.0
        self.calls: list[tuple[int, str, tuple[str, ...]]] = []
        self.led_changes: list[tuple[int, bool]] = []
        self.tracebacks: list[BaseException] = []
        self.listener = FakeListener()
        self.has_been_reset = False
        # They outlive the chip: hand the same list to the next one.
        self.registers = [0, 0, 0, 0]
        self.watchdog_timeout_ms: int | None = None
        self.fed_ms: list[int] = []
        self.addresses_now = ("10.0.0.7", "255.255.255.0", "10.0.0.1", "10.0.0.53")
        self.udp = FakeDatagrams()
        self._joined_at_ms = 0

    def id(self) -> str:
        return "e661640843259f2d"

    def micropython(self) -> str:
        return "1.29.0"

    def uptime_ms(self) -> int:
        return now_ms() + self.later_ms

    def collect_garbage(self) -> None:
        self._note("collect_garbage")
        self._heap_free_bytes = 150_000

    def heap_free_bytes(self) -> int:
        return self._heap_free_bytes

    def traceback(self, error: BaseException) -> str:
        self.tracebacks.append(error)
        return f"Traceback of {error!r}"

    def say(self, text: str) -> None:
        print(text)

    def was_reset(self) -> bool:
        return self.has_been_reset

    def scratch(self, number: int) -> int:
        return self.registers[number]

    def set_scratch(self, number: int, value: int) -> None:
        assert 0 <= value < 1 << 32
        self.registers[number] = value

    def reset(self) -> None:
        self._note("reset")
        raise ResetError

    def watchdog_on(self, timeout_ms: int) -> None:
        self._note("watchdog_on", str(timeout_ms))
        self.watchdog_timeout_ms = timeout_ms
        self.fed_ms.append(now_ms())

    def watchdog_feed(self) -> None:
        assert self.watchdog_timeout_ms
        self.fed_ms.append(now_ms())

    def watchdog_off(self) -> None:
        self._note("watchdog_off")
        self.watchdog_timeout_ms = None

    def adc_setup(self) -> None:
        self._note("adc_setup")

    def adc_counts(self) -> int:
        self.samples += 1
        return self.adc(self.samples - 1)

    def led(self, is_on: bool) -> None:
        self.led_changes.append((now_ms(), is_on))

    def radio_on(self, country: str, hostname: str) -> None:
        self._note("radio_on", country, hostname)

    def radio_off(self) -> None:
        self._note("radio_off")

    def set_addresses(self, addresses: tuple[str, str, str, str]) -> None:
        self._note("set_addresses", *addresses)

    def join(self, ssid: str, password: str) -> None:
        self._joined_at_ms = now_ms()
        self._note("join", ssid, password)

    def leave(self) -> None:
        self._note("leave")

    def link_status(self) -> int:
        return self.status(now_ms() - self._joined_at_ms)

    def addresses(self) -> tuple[str, str, str, str]:
        return self.addresses_now

    def rssi_dbm(self) -> int:
        return -52

    def jitter(self) -> float:
        return self.jitter_now

    def listen(self, port: int, backlog: int) -> Listener:
        self._note("listen", str(port), str(backlog))
        return self.listener

    def datagrams(self) -> Datagrams:
        return self.udp

    def times_of(self, name: str) -> list[int]:
        """Give when a method was called, in ms."""
        return [ms for ms, call, _ in self.calls if call == name]

    def _note(self, name: str, *arguments: str) -> None:
        self.calls.append((now_ms(), name, arguments))
