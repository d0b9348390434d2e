"""In: the real mpremote, a board that serves. Out: what it does with a real board."""

import asyncio
import hashlib
import os
from collections.abc import Callable
from pathlib import Path

from picotemp_tools.emulator import EmulatedBoard, Place, SerialPort
from tools.emulator.command import answer_of
from tools.emulator.port import Ported, skip_without_ports

COMMANDS = 100
REAL_SIZE_BYTES = 868_352


async def reading(on: Ported) -> dict[str, float]:
    return await asyncio.to_thread(answer_of, on.board.url)


async def test_the_board_serves_while_its_port_is_open(serving: Ported) -> None:
    opened = os.open(serving.port.path, os.O_RDWR | os.O_NOCTTY)
    try:
        assert (await reading(serving)).keys() == {"tempC", "tempF"}
    finally:
        os.close(opened)


async def test_a_command_interrupts_the_program_and_a_reset_brings_it_back(
    serving: Ported,
) -> None:
    assert await serving.mpremote("exec", "print(6 * 7)") == "42\n"
    assert serving.board.state == "starting"
    await serving.mpremote("reset")
    await serving.board.wait_until_serving()
    assert (await reading(serving)).keys() == {"tempC", "tempF"}


async def test_a_hundred_commands_in_a_row_do_not_hang(serving: Ported) -> None:
    for number in range(COMMANDS):
        said = await serving.mpremote("exec", f"print({number} * 7)")
        assert said == f"{7 * number}\n"


async def test_files_are_copied_listed_read_hashed_removed(
    serving: Ported, tmp_path: Path
) -> None:
    content = bytes(range(256)) * 100
    (tmp_path / "data").write_bytes(content)
    await serving.mpremote("mkdir", ":folder")
    await serving.mpremote("cp", str(tmp_path / "data"), ":folder/data")
    assert "25600 data" in await serving.mpremote("ls", ":folder")
    digest = hashlib.sha256(content).hexdigest()
    assert digest in await serving.mpremote("sha256sum", ":folder/data")
    await serving.mpremote("cp", ":folder/data", str(tmp_path / "back"))
    assert (tmp_path / "back").read_bytes() == content
    await serving.mpremote("rm", ":folder/data")
    assert "data" not in await serving.mpremote("ls", ":folder")
    assert "ssid" in await serving.mpremote("cat", ":settings.json")


async def test_a_folder_is_copied_and_removed_as_a_whole(
    serving: Ported, tmp_path: Path
) -> None:
    inner = tmp_path / "tree" / "inner"
    inner.mkdir(parents=True)
    for name in ("one", "two"):
        (inner / name).write_text(name * 1000)
    await serving.mpremote("cp", "-r", str(tmp_path / "tree"), ":")
    assert "two" in await serving.mpremote("tree", ":tree")
    await serving.mpremote("rm", "-r", ":tree")
    assert "tree" not in await serving.mpremote("ls", ":")


async def test_df_says_the_size_of_the_real_flash(serving: Ported) -> None:
    words = (await serving.mpremote("df")).split()
    assert words[words.index("<VfsLfs2>") + 1] == str(REAL_SIZE_BYTES)


async def test_a_program_of_the_host_runs(serving: Ported, tmp_path: Path) -> None:
    (tmp_path / "program.py").write_text("import machine\nprint(machine.freq())\n")
    assert await serving.mpremote("run", str(tmp_path / "program.py")) == "125000000\n"


async def test_a_folder_of_the_host_is_mounted_and_every_byte_arrives(
    serving: Ported, tmp_path: Path
) -> None:
    # All bytes: those that are Ctrl-C, and line ends that a terminal would change.
    content = bytes(range(256)) * 3 + b"\r\r\n\n\r\x03"
    (tmp_path / "here").write_bytes(content)
    program = (
        "data = open('/remote/here', 'rb').read()\n"
        "file = open('/remote/there', 'wb')\n"
        "file.write(data)\n"
        "file.close()\n"
    )
    await serving.mpremote("mount", str(tmp_path), "exec", program)
    assert (tmp_path / "there").read_bytes() == content


async def test_after_a_soft_reset_main_waits_for_the_next_reset(
    serving: Ported,
) -> None:
    await serving.mpremote("soft-reset")
    said = await serving.mpremote("resume", "exec", "print('app' in globals())")
    assert (said, serving.board.state) == ("False\n", "starting")
    await serving.mpremote("reset")
    await serving.board.wait_until_serving()


async def test_the_board_says_it_is_a_pico_w(serving: Ported) -> None:
    said = await serving.mpremote(
        "exec",
        "import os, sys; print(sys.platform, sys.implementation._build, os.uname()[4])",
    )
    assert said == "rp2 RPI_PICO_W Raspberry Pi Pico W with RP2040\n"


async def test_two_mpremotes_do_not_share_a_port(serving: Ported) -> None:
    first = asyncio.create_task(
        serving.mpremote("exec", "import time; print('inside'); time.sleep(1.5)")
    )
    await serving.board.serial.wait_for("inside")
    code, said = await serving.tried("exec", "print(1)")
    assert (code, "may be in use" in said) == (1, True)
    assert await first == "inside\n"


async def test_what_is_printed_is_in_the_log_too(serving: Ported) -> None:
    await serving.mpremote("exec", "print('to be logged')")
    assert any("to be logged" in line for line in serving.board.serial.lines)


async def test_the_watchdog_that_the_firmware_armed_bites_no_command(
    new_place: Callable[[], Place], built_files: Path
) -> None:
    skip_without_ports()
    port = SerialPort()
    # 5 s on the board, half of it here; what is served is fed in time all the same.
    board = EmulatedBoard(new_place(), files=built_files, port=port, watchdog_scale=0.5)
    async with board:
        said = await Ported(board, port).mpremote(
            "resume", "exec", "import time; time.sleep(4); print('alive')"
        )
        assert said == "alive\n"
        assert not any("watchdog" in line for line in board.serial.lines)
