"""In: a serial port that nobody reads. Out: a board that goes on."""

import os
import subprocess
from pathlib import Path

from picotemp_tools.emulator import interpreter

from .test_board import STAND_INS

# More than a pipe holds, on any system.
LINES, LETTERS = 4000, 100
TALK = f"""
for _ in range({LINES}):
    board.say("x" * {LETTERS})
open(%r, "w").write("said")
"""


def test_a_serial_port_that_is_not_read_never_keeps_the_loop(
    built_files: Path, tmp_path: Path
) -> None:
    done = tmp_path / "done"
    with subprocess.Popen(
        [*interpreter.find(), "-c", STAND_INS + TALK % str(done)],
        env=os.environ | {"MICROPYPATH": f"{built_files}:.frozen"},
        stdout=subprocess.PIPE,
    ) as process:
        assert process.wait(20) == 0
        assert process.stdout is not None
        heard = process.stdout.read()
    assert done.read_text() == "said"
    assert 0 < len(heard) < LINES * LETTERS
    assert set(heard) == {ord("x"), ord("\n")}
