"""In: the chip as a program sees it. Out: whether it is the board's, not the host's."""

import ast
from collections.abc import Callable

from picotemp_tools.emulator import Place
from tools.emulator.conftest import Runner
from tools.emulator.waiting import until

WRAP = 2**30


async def told(run: Runner, program: str, first_ticks_ms: int = 0) -> object:
    """Run a program, give what it prints after `told:`."""
    async with run(program, first_ticks_ms=first_ticks_ms) as board:
        line = await board.serial.wait_for("told:")
    return ast.literal_eval(line.removeprefix("told:"))


async def test_ticks_wrap_and_their_difference_stays_right(run: Runner) -> None:
    program = """
import time
first = time.ticks_ms()
time.sleep_ms(600)
second = time.ticks_ms()
added = time.ticks_add(first, 600)
print("told:", (first, second, time.ticks_diff(second, first), added, time.ticks_us()))
"""
    answer = await told(run, program, WRAP - 500)
    assert isinstance(answer, tuple)
    first, second, difference, added, ticks_us = answer
    assert WRAP - 500 <= first < WRAP
    assert 0 <= second < WRAP // 2
    assert 600 <= difference < 5000
    assert added == (first + 600) % WRAP
    assert 0 <= ticks_us < WRAP


async def test_the_clock_nobody_has_set_begins_in_2021_in_whole_seconds(
    run: Runner,
) -> None:
    program = """
import time
now = time.time()
print("told:", (isinstance(now, int), time.localtime(), time.gmtime(now)[0]))
"""
    answer = await told(run, program)
    assert isinstance(answer, tuple)
    is_whole, local, year = answer
    assert is_whole
    assert local[:3] == (2021, 1, 1)
    assert len(local) == 8
    assert year == 2021


async def test_the_clock_knows_no_time_zones(run: Runner) -> None:
    program = """
import time
print("told:", (time.localtime(0), time.mktime((2021, 1, 1, 0, 0, 0, 4, 1))))
"""
    assert await told(run, program) == ((1970, 1, 1, 0, 0, 0, 3, 1), 1609459200)


async def test_only_the_flash_is_to_be_seen(run: Runner) -> None:
    program = "import os\nprint('told:', (sorted(os.listdir('/')), os.getcwd()))"
    assert await told(run, program) == (["main.py", "settings.json"], "/")


async def test_what_the_program_writes_stays_on_its_flash(run: Runner) -> None:
    program = """
import os
with open("/note", "w") as file:
    file.write("kept")
os.mkdir("/folder")
print("told:", os.stat("/note")[6])
"""
    async with run(program) as board:
        await board.serial.wait_for("told: 4")
        assert (board.flash / "note").read_text() == "kept"
        assert (board.flash / "folder").is_dir()


async def test_number_and_mac_are_the_boards_own_and_stay(
    run: Runner, new_place: Callable[[], Place]
) -> None:
    program = """
import machine, network
print("told:", (machine.unique_id(), network.WLAN().config("mac")))
"""
    seen = []
    for place in (new_place(), new_place()):
        async with run(program, place=place) as board:
            first = await board.serial.wait_for("told:")
            board.press_reset()
            await until(lambda board=board: len(board.serial.lines) == 3)  # type: ignore[misc]
            assert board.serial.lines[-1] == first
            seen.append(ast.literal_eval(first.removeprefix("told:")))
    (one_id, one_mac), (other_id, other_mac) = seen
    assert one_id != other_id
    assert one_mac != other_mac
    assert [len(one_id), len(one_mac)] == [8, 6]
    assert one_mac[:3] == b"\x28\xcd\xc1"


async def test_the_levels_of_the_led_are_seen(run: Runner) -> None:
    program = """
import machine
led = machine.Pin("LED", machine.Pin.OUT)
led.on(); led.off(); led.toggle(); led.value(0); led.value(1)
print("told:", (led.value(), machine.freq()))
"""
    async with run(program) as board:
        await board.serial.wait_for("told: (1, 125000000)")
        await until(lambda: board.led == [1, 0, 1, 0, 1])


async def test_only_the_last_levels_of_the_led_are_kept(run: Runner) -> None:
    program = """
import machine
led = machine.Pin("LED", machine.Pin.OUT)
for _ in range(1500):
    led.on()
led.off()
"""
    async with run(program) as board:
        await until(lambda: board.led[-1:] == [0])
        assert board.led == [1] * 999 + [0]


async def test_the_newest_level_of_each_pin_is_seen_until_the_chip_dies(
    run: Runner,
) -> None:
    program = """
import machine
machine.Pin("WL_GPIO1", machine.Pin.OUT).value(1)
led = machine.Pin("LED", machine.Pin.OUT)
led.on(); led.off()
machine.Pin(3, machine.Pin.OUT, value=1)
print("told")
"""
    async with run(program) as board:
        await board.serial.wait_for("told")
        await until(lambda: board.pins == {"WL_GPIO1": 1, "LED": 0, "3": 1})
        board.power_cut()
        await until(lambda: board.pins == {})
