"""In: recording stand-ins of the chip's modules. Out: what board.py asks of them."""

import json
from collections.abc import Callable
from typing import Any

import pytest

from .conftest import Micropython

Call = tuple[str, list[Any], dict[str, Any]]
CallsOf = Callable[[str], list[Call]]
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
class WDT:
    def __init__(self, **named): calls.append(["WDT", [], named])
    def feed(self): calls.append(["feed", [], {}])
class Registers(dict):
    def __getitem__(self, address): return self.get(address, 0)
class ADC:
    CORE_TEMP = 4
    def __init__(self, channel): calls.append(["ADC", [channel], {}])
    def read_u16(self): return 14019
class WLAN:
    def __init__(self, interface):
        calls.append(["WLAN", [interface], {}])
        for name in ("active", "config", "connect", "disconnect", "deinit"):
            setattr(self, name, note(name))
    def status(self, *what): return -52 if what == ("rssi",) else 3
    def ifconfig(self, *given):
        calls.append(["ifconfig", list(given), {}])
        return ("10.0.0.7", "255.0.0.0", "10.0.0.1", "10.0.0.53")
machine, network = Module(), Module()
machine.Pin, machine.ADC, machine.WDT, machine.mem32 = Pin, ADC, WDT, Registers()
machine.unique_id = lambda: b"\\xe6\\x61\\x00\\x0a"
machine.reset, machine.WDT_RESET = note("reset"), 3
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


@pytest.fixture
def calls_of(ask: Micropython) -> Callable[[str], list[Call]]:
    """Give a function that does something with a board and gives the chip's calls."""

    def run(code: str) -> list[Call]:
        printed = ask(f"calls.clear()\n{code}\nprint(json.dumps(calls))")
        return [tuple(call) for call in json.loads(printed)]

    return run


def test_w5_s3_radio_in_the_drivers_order_then_the_regulator_without_ripple(
    calls_of: CallsOf,
) -> None:
    assert calls_of("board.radio_on('DE', 'pico-attic')") == [
        ("country", ["DE"], {}),
        ("hostname", ["pico-attic"], {}),
        ("active", [True], {}),
        ("config", [], {"pm": 0xA11140}),
        ("Pin", ["WL_GPIO1", 1], {}),
        ("value", [0], {}),  # else the pin would take its level for known
        ("value", [1], {}),
    ]


def test_the_radio_loses_its_power(calls_of: CallsOf) -> None:
    assert [c[0] for c in calls_of("board.radio_off()")] == ["active", "deinit"]


@pytest.mark.parametrize(("password", "given"), [("", None), ("8letters", "8letters")])
def test_without_a_password_the_network_is_open(
    calls_of: CallsOf, password: str, given: str | None
) -> None:
    calls = calls_of(f"board.join('attic', {password!r})\nboard.leave()")
    assert calls == [("connect", ["attic", given], {}), ("disconnect", [], {})]


def test_it_has_an_led_and_a_station_and_leaves_the_converter_to_the_sensor(
    ask: Micropython,
) -> None:
    printed = ask("board.led(True)\nboard.led(False)\nprint(json.dumps(calls))")
    assert json.loads(printed) == [
        ["WLAN", [0], {}],
        ["Pin", ["LED", 1], {}],
        ["value", [1], {}],
        ["value", [0], {}],
    ]


def test_s4_s5_each_setup_constructs_the_converter_of_the_core_anew(
    calls_of: CallsOf,
) -> None:
    # Channel 4 on the RP2040, 8 on the RP2350B: only the name is right on each.
    calls = calls_of("ADC.CORE_TEMP = 8\nboard.adc_setup()\nboard.adc_setup()")
    assert calls == [("ADC", [8], {})] * 2


def test_it_says_who_and_where_it_is(ask: Micropython) -> None:
    printed = ask(
        "board.adc_setup()\n"
        "print(json.dumps([board.id(), board.addresses(), board.rssi_dbm(), "
        "board.link_status(), board.adc_counts()]))"
    )
    addresses = ["10.0.0.7", "255.0.0.0", "10.0.0.1", "10.0.0.53"]
    assert json.loads(printed) == ["e661000a", addresses, -52, 3, 14019]


def test_a_static_address_is_given_to_the_driver_as_one(calls_of: CallsOf) -> None:
    addresses = ["10.0.0.8", "255.0.0.0", "10.0.0.1", "10.0.0.53"]
    calls = calls_of(f"board.set_addresses(tuple({addresses}))")
    assert calls == [("ifconfig", [addresses], {})]


@pytest.mark.parametrize(("cause", "was_reset"), [(1, False), (3, True), (7, False)])
def test_r2_it_says_whether_it_was_reset(
    ask: Micropython, cause: int, was_reset: bool
) -> None:
    assert ask(f"CAUSE = {cause}\nprint(board.was_reset())") == str(was_reset)


def test_it_gives_a_traceback_as_text(ask: Micropython) -> None:
    printed = ask(
        "try:\n    raise ValueError('spoilt')\n"
        "except ValueError as error:\n    print(json.dumps(board.traceback(error)))"
    )
    lines = json.loads(printed).splitlines()
    assert lines[0].startswith("Traceback (most recent call last)")
    assert lines[-1] == "ValueError: spoilt"


def test_r1_uptime_goes_on_where_the_ticks_wrap(ask: Micropython) -> None:
    printed = ask(
        "import picotemp.board as module\n"
        "PERIOD, DAY_MS = 1 << 30, 86_400_000\n"
        "class Time:\n"
        "    now = PERIOD - 1500\n"
        "    def ticks_ms(self): return self.now % PERIOD\n"
        "    def ticks_diff(self, a, b):\n"
        "        return (a - b + PERIOD // 2) % PERIOD - PERIOD // 2\n"
        "module.time = Time()\n"
        "board = Board()\n"
        "told = []\n"
        "for pause_ms in (1000, 1000, 5 * DAY_MS, 6 * DAY_MS, 6 * DAY_MS):\n"
        "    module.time.now += pause_ms\n"
        "    told.append(board.uptime_ms())\n"
        "print(json.dumps(told))"
    )
    days = [432_002_000, 950_402_000, 1_468_802_000]
    assert json.loads(printed) == [1000, 2000, *days]


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


CHIPS = pytest.mark.parametrize(
    ("machine", "base"),
    [
        ("Raspberry Pi Pico W with RP2040", 0x40058000),
        ("Raspberry Pi Pico 2 W with RP2350", 0x400D8000),
    ],
    ids=["rp2040", "rp2350"],
)
ON_THIS_CHIP = """
import picotemp.board as module
module.sys = Module()
module.sys.implementation, module.sys.stdout = Module(), sys.stdout
module.sys.implementation._machine = %r
board = Board()
registers = machine.mem32
"""


@CHIPS
def test_r3_the_watchdog_is_disarmed_by_its_enable_bit_and_nothing_else(
    ask: Micropython, machine: str, base: int
) -> None:
    enabled, others = 1 << 30, 7 << 24 | 0xABCDE
    printed = ask(
        f"{ON_THIS_CHIP % machine}\nregisters[{base}] = {enabled | others}\n"
        "board.watchdog_off()\nprint(json.dumps(list(registers.items())))"
    )
    assert json.loads(printed) == [[base, others]]


@CHIPS
def test_r2_marks_go_to_the_scratch_registers_that_a_reset_leaves_alone(
    ask: Micropython, machine: str, base: int
) -> None:
    printed = ask(
        f"{ON_THIS_CHIP % machine}\n"
        "for n in range(4): board.set_scratch(n, 0xFFFFFFFF - n)\n"
        "print(json.dumps([sorted(registers.items()), "
        "[board.scratch(n) for n in range(4)]]))"
    )
    values = [0xFFFFFFFF - number for number in range(4)]
    addresses = range(base + 0x0C, base + 0x1C, 4)
    assert json.loads(printed) == [
        [list(pair) for pair in zip(addresses, values, strict=True)],
        values,
    ]


def test_the_watchdog_is_armed_and_fed(calls_of: CallsOf) -> None:
    assert calls_of("board.watchdog_on(8000)\nboard.watchdog_feed()") == [
        ("WDT", [], {"timeout": 8000}),
        ("feed", [], {}),
    ]


def test_a_reset_is_the_chips(calls_of: CallsOf) -> None:
    assert calls_of("board.reset()") == [("reset", [], {})]
