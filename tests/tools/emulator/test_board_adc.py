"""In: a die, pinned or broken. Out: what a program reads of it."""

import ast
import asyncio

import pytest

from picotemp_tools.emulator import EmulatedBoard
from tools.emulator.conftest import Runner
from tools.emulator.waiting import until


def times(board: EmulatedBoard, text: str) -> int:
    """Count the lines with a text in them."""
    return sum(text in line for line in board.serial.lines)


@pytest.mark.parametrize("code", [0, 752, 876, 1019, 4095])
async def test_a_pinned_code_is_read_exactly(run: Runner, code: int) -> None:
    program = """
import machine, time
adc = machine.ADC(machine.ADC.CORE_TEMP)
time.sleep_ms(200)
print("told:", [adc.read_u16() for _ in range(50)])
"""
    async with run(program) as board:
        board.change(code=code)
        line = await board.serial.wait_for("told:")
    assert ast.literal_eval(line[5:].strip()) == [code << 4 | code >> 8] * 50


async def test_a_pinned_temperature_is_read_with_noise_of_about_a_step(
    run: Runner,
) -> None:
    program = """
import machine, time
adc = machine.ADC(machine.ADC.CORE_TEMP)
time.sleep_ms(200)
codes = [adc.read_u16() >> 4 for _ in range(3000)]
mean = sum(codes) / len(codes)
spread = (sum((code - mean) ** 2 for code in codes) / len(codes)) ** 0.5
print("told:", (mean, spread))
"""
    async with run(program) as board:
        board.change(celsius=27.0)
        line = await board.serial.wait_for("told:")
    mean, spread = ast.literal_eval(line[5:].strip())
    assert mean == pytest.approx(0.706 / 3.3 * 4095, abs=0.2)
    assert 0.8 < spread < 1.7


async def test_a_failing_adc_raises_and_a_stuck_one_stays_at_its_rail(
    run: Runner,
) -> None:
    program = """
import machine, time
adc = machine.ADC(machine.ADC.CORE_TEMP)
last = None
while True:
    try:
        now = adc.read_u16()
    except OSError as error:
        now = error.errno
    if now != last:
        print("told:", now)
    last = now
"""
    async with run(program) as board:
        board.change(code=876)
        await board.serial.wait_for("told: 14019")
        board.change(adc="fails")
        await board.serial.wait_for("told: 5")
        board.change(adc="stuck")
        await board.serial.wait_for("told: 65535")
        before = board.serial.lines.count("told: 14019")
        board.change(adc="ok")
        await until(lambda: board.serial.lines.count("told: 14019") == before + 1)


async def test_an_unbiased_diode_reads_hot_until_the_program_sets_the_adc_up_anew(
    run: Runner,
) -> None:
    program = """
import machine, time
for attempt in range(3):
    adc = machine.ADC(machine.ADC.CORE_TEMP)
    print("told:", adc.read_u16() >> 4)
    while adc.read_u16() >> 4 > 100:
        time.sleep_ms(5)
    print("hot:", {50 <= adc.read_u16() >> 4 <= 70 for _ in range(100)})
print("told:", machine.ADC(4).read_u16() >> 4)
"""
    async with run(program) as board:
        board.change(code=876)
        for attempt in range(1, 4):
            await until(lambda n=attempt: times(board, "told:") == n)  # type: ignore[misc]
            board.change(adc="unbiased")
            await until(lambda n=attempt: times(board, "hot: {True}") == n)  # type: ignore[misc]
        await until(lambda: times(board, "told:") == 4)
        assert times(board, "told: 876") == 4


async def test_an_adc_that_is_unbiased_is_mended_from_outside_too(run: Runner) -> None:
    program = """
import machine
adc = machine.ADC(machine.ADC.CORE_TEMP)
while adc.read_u16() >> 4 > 100:
    pass
print("hot")
while adc.read_u16() >> 4 < 100:
    pass
print("mended")
"""
    async with run(program) as board:
        board.change(adc="unbiased")
        # Set before the program began, it was mended by the program itself.
        await until(lambda: board.pid != 0)
        while "hot" not in board.serial.lines:
            board.change(adc="unbiased")
            await asyncio.sleep(0.01)
        board.change(adc="ok")
        await board.serial.wait_for("mended")
