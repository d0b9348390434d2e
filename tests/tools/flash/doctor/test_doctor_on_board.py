"""In: emulated boards with one thing wrong. Out: the doctor sees it, and they serve on.

The name resolves by the test's word: the loopback network has no mDNS.
"""

import asyncio
import subprocess
import sys
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import pytest

from picotemp_tools.emulator import EmulatedBoard, FlashImage, Place, SerialPort
from picotemp_tools.flash.board.reach import Reach
from picotemp_tools.flash.doctor.doctor import Surroundings, examine
from picotemp_tools.flash.doctor.finding import Finding, State, as_json, exit_code
from picotemp_tools.flash.planning.program import Program, build
from picotemp_tools.flash.usb.host import Host
from tools.emulator.port import Ported, skip_without_ports
from tools.flash.doctor.fake_patient import NOW

LIMIT_SECONDS = 40
SECRET = "emulated-password"  # noqa: S105 of a network that does not exist


@pytest.fixture
async def on(
    new_place: Callable[[], Place], built_files: Path
) -> AsyncIterator[Ported]:
    """Give a board that serves, and says the port at which it is really reached."""
    skip_without_ports()
    port, place = SerialPort(), new_place()
    async with EmulatedBoard(
        place, {"port": place.port}, built_files, port=port
    ) as board:
        yield Ported(board, port)


async def examined(on: Ported, program: Program | None = None) -> list[Finding]:
    around = Surroundings(
        Reach(Host(), on.port.name),
        program,
        resolve=lambda _: [on.board.place.address],
        now=lambda: NOW,
    )
    async with asyncio.timeout(LIMIT_SECONDS):
        findings = await asyncio.to_thread(examine, around)
    assert SECRET not in str(as_json(findings))
    return findings


def put_on(folder: Path, program: Program) -> None:
    """Lay a program out as a flashed board has it."""
    files = {f"app/{program.folder}/{path}": it for path, it in program.files.items()}
    files |= {"main.py": program.main, "app/current": program.folder.encode()}
    for path, content in files.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_bytes(content)


def wrong(findings: list[Finding]) -> list[str]:
    return [it.check for it in findings if it.state is State.WRONG]


async def test_a_board_that_is_well_is_found_to_be_so_and_serves_on(
    new_place: Callable[[], Place], tmp_path: Path
) -> None:
    skip_without_ports()
    program = build(is_compiled=False)
    put_on(tmp_path, program)
    port, place = SerialPort(), new_place()
    async with EmulatedBoard(place, {"port": place.port}, tmp_path, port=port) as board:
        boots = board.boots
        findings = await examined(Ported(board, port), program)
        await board.wait_until_serving()
        assert board.boots > boots
    assert exit_code(findings) == 0, as_json(findings)
    found = next(it for it in findings if it.check == "program")
    assert found.detail == f"picotemp {program.version}, whole"


@pytest.mark.parametrize(
    ("fault", "check", "code"),
    [("wrong-password", "wi-fi", 30), ("no-network", "wi-fi", 31)],
)
async def test_a_network_that_is_not_joined_is_told_and_why(
    on: Ported, fault: str, check: str, code: int
) -> None:
    on.board.change(wifi=fault)
    findings = await examined(on)
    assert (wrong(findings), exit_code(findings)) == ([check], code)
    on.board.change(wifi="ok")
    await on.board.wait_until_serving()


async def test_a_sensor_that_fails_is_told_by_the_board_itself(on: Ported) -> None:
    on.board.change(adc="fails")
    findings = await examined(on)
    assert (wrong(findings), exit_code(findings)) == (["reading"], 35)


async def test_broken_settings_are_told_and_it_serves_on_with_the_last_good_ones(
    on: Ported,
) -> None:
    spoil = "f = open('/settings.json', 'w'); f.write('{'); f.close()"
    await on.mpremote("exec", spoil, "reset")
    findings = await examined(on)
    assert (wrong(findings), exit_code(findings)) == (["settings"], 22)
    await on.board.wait_until_serving()


async def test_a_port_that_another_program_holds_is_busy(on: Ported) -> None:
    hold = "import sys; f = open(sys.argv[1]); print(flush=True); sys.stdin.read()"
    holder = await asyncio.create_subprocess_exec(
        *(sys.executable, "-c", hold, on.port.path),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    )
    assert holder.stdin
    assert holder.stdout
    await holder.stdout.readline()
    findings = await examined(on)
    holder.stdin.close()
    await holder.wait()
    assert (wrong(findings), exit_code(findings)) == (["use"], 12)


async def test_a_flash_with_nothing_on_it_is_told_to_be_empty(
    new_place: Callable[[], Place], built_files: Path
) -> None:
    skip_without_ports()
    port = SerialPort(FlashImage(is_empty=True))
    board = EmulatedBoard(new_place(), files=built_files, port=port)
    await board.start()
    try:
        await port.wait_until_begun()
        findings = await examined(Ported(board, port))
    finally:
        await board.stop()
    assert (wrong(findings), exit_code(findings)) == (["filesystem"], 21)
