"""In: recording stand-ins of the chip's modules. Out: what board.py asks of them.

Under MicroPython: board.py has names that CPython lacks.
"""

import json

import pytest

from .conftest import Micropython

STAND_INS = """
import json, sys
calls = []
class Module: pass
def note(name, answer=None):
    def call(*words, **named):
        calls.append([name, list(words), named])
        return answer
    return call
class Pin:
    OUT = 1
    def __init__(self, *words): calls.append(["Pin", list(words), {}])
    def value(self, level): calls.append(["value", [level], {}])
class ADC:
    CORE_TEMP = 4
    def __init__(self, channel): calls.append(["ADC", [channel], {}])
    def read_u16(self): return 14019
class WLAN:
    def __init__(self, interface):
        calls.append(["WLAN", [interface], {}])
        for name in ("active", "config", "connect", "disconnect"):
            setattr(self, name, note(name))
    def status(self, *what): return -52 if what == ("rssi",) else 3
    def ifconfig(self): return ("10.0.0.7", "255.0.0.0", "10.0.0.1", "10.0.0.1")
machine, network = Module(), Module()
machine.Pin, machine.ADC = Pin, ADC
machine.unique_id = lambda: b"\\xe6\\x61\\x00\\x0a"
machine.reset_cause = lambda: CAUSE
network.WLAN, network.STA_IF = WLAN, 0
network.country, network.hostname = note("country"), note("hostname")
sys.modules["machine"], sys.modules["network"] = machine, network
CAUSE = 1
from picotemp.board import Board
board = Board()
"""


@pytest.fixture
def ask(micropython: Micropython) -> Micropython:
    """Give a function that makes a board, does something with it, prints a value."""

    def run(code: str) -> str:
        return micropython(STAND_INS + code).strip()

    return run


def test_the_radio_is_switched_on_in_the_drivers_order(ask: Micropython) -> None:
    printed = ask(
        "calls.clear()\nboard.radio_on('DE', 'pico-attic')\nprint(json.dumps(calls))"
    )
    assert json.loads(printed) == [
        ["country", ["DE"], {}],
        ["hostname", ["pico-attic"], {}],
        ["active", [True], {}],
        ["config", [], {"pm": 0xA11140}],
    ]


@pytest.mark.parametrize(("password", "given"), [("", None), ("8letters", "8letters")])
def test_without_a_password_the_network_is_open(
    ask: Micropython, password: str, given: str | None
) -> None:
    printed = ask(
        f"calls.clear()\nboard.join('attic', {password!r})\nprint(json.dumps(calls))"
    )
    assert json.loads(printed) == [["connect", ["attic", given], {}]]


def test_it_has_the_diode_on_the_die_the_led_and_a_station(ask: Micropython) -> None:
    printed = ask("board.led(True)\nboard.led(False)\nprint(json.dumps(calls))")
    assert json.loads(printed) == [
        ["ADC", [4], {}],
        ["Pin", ["LED", 1], {}],
        ["WLAN", [0], {}],
        ["value", [1], {}],
        ["value", [0], {}],
    ]


def test_it_says_who_it_is(ask: Micropython) -> None:
    printed = ask(
        "print(json.dumps([board.id(), board.address(), board.rssi_dbm(), "
        "board.link_status(), board.adc_counts()]))"
    )
    assert json.loads(printed) == ["e661000a", "10.0.0.7", -52, 3, 14019]


@pytest.mark.parametrize(
    ("cause", "name"), [(1, "power_on"), (3, "watchdog_or_reset"), (7, "7")]
)
def test_it_says_why_it_started(ask: Micropython, cause: int, name: str) -> None:
    assert ask(f"CAUSE = {cause}\nprint(board.reset_cause())") == name


def test_uptime_goes_on_where_the_ticks_wrap(ask: Micropython) -> None:
    printed = ask(
        "import picotemp.board as module\n"
        "PERIOD = 1 << 30\n"
        "class Time:\n"
        "    now = PERIOD - 1500\n"
        "    def ticks_ms(self): return self.now % PERIOD\n"
        "    def ticks_diff(self, a, b):\n"
        "        return (a - b + PERIOD // 2) % PERIOD - PERIOD // 2\n"
        "module.time = Time()\n"
        "board = Board()\n"
        "told = []\n"
        "for _ in range(5):\n"
        "    told.append(board.uptime_ms())\n"
        "    module.time.now += 1000\n"
        "module.time.now += 86_400_000 * 5\n"
        "told.append(board.uptime_ms())\n"
        "module.time.now += 86_400_000 * 6\n"
        "told.append(board.uptime_ms())\n"
        "module.time.now += 86_400_000 * 6\n"
        "told.append(board.uptime_ms())\n"
        "print(json.dumps(told))"
    )
    days = [432_005_000, 950_405_000, 1_468_805_000]
    assert json.loads(printed) == [0, 1000, 2000, 3000, 4000, *days]


def test_jitter_is_a_boards_own(ask: Micropython) -> None:
    printed = ask(
        "first = [board.jitter() for _ in range(20)]\n"
        "machine.unique_id = lambda: b'other'\n"
        "other = Board()\n"
        "second = [other.jitter() for _ in range(20)]\n"
        "print(json.dumps([first, second]))"
    )
    first, second = json.loads(printed)
    assert first != second
    assert all(0 <= number < 1 for number in first + second)


def test_a_connection_that_is_lost_before_it_is_accepted_costs_no_other(
    ask: Micropython,
) -> None:
    printed = ask("""
import asyncio
import picotemp.board as module

class Listening:
    tries = 0
    def accept(self):
        self.tries += 1
        if self.tries < 3:
            raise OSError(11)
        return self, ("10.0.0.9", 50000)
    def setblocking(self, value): pass

def readable(_):
    return
    yield

module._readable = readable
listener = object.__new__(module._BoardListener)
listener._listening = Listening()
print(type(asyncio.run(listener.accept())).__name__, listener._listening.tries)
""")
    assert printed == "Connection 3"
