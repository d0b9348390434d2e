"""In: arguments of picotemp-emulator. Out: its process, and all that belongs to it."""

import json
import os
import signal
import subprocess
import sys
import tempfile
import threading
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from picotemp_tools.emulator import Place

PROC = Path("/proc")
LIMIT_SECONDS = 30
PROGRAM = (sys.executable, "-m", "picotemp_tools.emulator")

needs_proc = pytest.mark.skipif(
    not PROC.is_dir(), reason="processes are looked for in /proc, which Linux has"
)


@dataclass
class Emulator:
    """A running picotemp-emulator, with folders of its own."""

    process: subprocess.Popen[str]
    folder: Path
    control: Path
    lines: list[str] = field(default_factory=list)

    def wait_for(self, text: str) -> str:
        """Wait for a line with a text in it."""
        ends_seconds = time.monotonic() + LIMIT_SECONDS
        while time.monotonic() < ends_seconds:
            for line in self.lines:
                if text in line:
                    return line
            time.sleep(0.01)
        pytest.fail(f"no {text!r} in {self.lines}")

    def order(self, *words: str) -> "subprocess.CompletedProcess[str]":
        """Give an order to it."""
        return told(*words, "--control", str(self.control))

    def end(self, number: signal.Signals) -> int:
        """Send a signal, give the exit code."""
        self.process.send_signal(number)
        return self.process.wait(LIMIT_SECONDS)

    def read(self) -> None:
        """Note its lines as they come."""
        assert self.process.stdout
        self.lines.extend(iter(self.process.stdout.readline, ""))


def told(*words: str) -> "subprocess.CompletedProcess[str]":
    """Run picotemp-emulator to its end."""
    return subprocess.run(
        [*PROGRAM, *words], capture_output=True, text=True, timeout=LIMIT_SECONDS
    )


@contextmanager
def emulator(place: Place, *words: str, boards: int = 1) -> Iterator[Emulator]:
    """Run boards from a place on; what is left of them is killed."""
    with tempfile.TemporaryDirectory(prefix="em-") as name:
        folder = Path(name)
        temporary = folder / "tmp"
        temporary.mkdir()
        control = folder / "orders"
        process = subprocess.Popen(
            [
                *PROGRAM,
                *("--boards", str(boards), "--address", place.address),
                *("--control", str(control), *words),
            ],
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            env=os.environ | {"TMPDIR": str(temporary)},
            start_new_session=True,
        )
        running = Emulator(process, temporary, control)
        reading = threading.Thread(target=running.read)
        reading.start()
        try:
            yield running
        finally:
            if process.poll() is None:
                os.killpg(process.pid, signal.SIGKILL)
                process.wait()
            reading.join()
            assert process.stdout
            process.stdout.close()


def children(parent: int | None = None) -> list[int]:
    """Give the processes of a process, the present one by default."""
    parent = os.getpid() if parent is None else parent
    return [pid for pid in _pids() if _status(pid)[1:] == [str(parent)]]


def is_alive(pid: int) -> bool:
    """Tell whether a process runs; one that only waits to be buried does not."""
    return _status(pid)[:1] not in ([], ["Z"])


def answer_of(url: str) -> dict[str, float]:
    """Ask a board for its reading."""
    with urllib.request.urlopen(url, timeout=LIMIT_SECONDS) as answer:  # noqa: S310
        reading: dict[str, float] = json.load(answer)
        return reading


def _pids() -> list[int]:
    return [int(path.name) for path in PROC.iterdir() if path.name.isdigit()]


def _status(pid: int) -> list[str]:
    """Give state and parent."""
    try:
        text = (PROC / str(pid) / "stat").read_text()
    except OSError:
        return []
    return text.rpartition(") ")[2].split()[:2]
