"""In: bytes for a chip's program. Out: what it prints; Ctrl-C interrupts it.

The interpreter reads a socket and prints to a pseudo-terminal of its own. Not one for
both: it flushes a terminal's input whenever a program begins or ends.
"""

import asyncio
import contextlib
import os
import signal
import socket
import termios
import time
import tty
from collections.abc import Callable
from pathlib import Path

CTRL_C = b"\x03"
CHUNK_BYTES = 4096
_OFLAG = 1
# A second signal before the interpreter has seen the first would end it.
INTERRUPT_SECONDS = 0.25


class Console:
    """One chip's standard streams."""

    def __init__(self, said: Callable[[bytes], None]) -> None:
        self._said = said
        self._ours, self.stdout = os.openpty()
        tty.setraw(self.stdout)
        self._print_lines()
        os.set_blocking(self._ours, False)
        self._input, self.stdin = socket.socketpair()
        self._input.setblocking(False)
        self._pid = 0
        # The end of what was handed on, and what waits for the next byte.
        self._last = self._held = b""
        self._interrupted_seconds = -INTERRUPT_SECONDS
        # Whether a Ctrl-C that came as the program ended took the interpreter along.
        self.is_lost = False
        self._is_paused = True
        self.is_paused = False

    @property
    def is_paused(self) -> bool:
        """Tell whether what is printed waits."""
        return self._is_paused

    @is_paused.setter
    def is_paused(self, is_paused: bool) -> None:
        if is_paused == self._is_paused:
            return
        self._is_paused = is_paused
        loop = asyncio.get_running_loop()
        if is_paused:
            loop.remove_reader(self._ours)
        else:
            loop.add_reader(self._ours, self._read)

    def started(self, pid: int) -> None:
        """Belong to a process."""
        self._pid = pid
        self.stdin.close()

    def type(self, data: bytes) -> None:
        """Give bytes to the program; its Ctrl-C is none where it wants all bytes."""
        *before, last = data.split(CTRL_C)
        for piece in before:
            self._put(piece)
            if self._is_interruptible():
                self._interrupt()
            else:
                self._put(CTRL_C)
        self._put(last)

    def ended(self, code: int) -> None:
        """Take the process' exit code."""
        self.is_lost = code == -signal.SIGINT

    def close(self) -> None:
        """Hand on the program's last words; give the streams back."""
        self.is_paused = False
        while self._read():
            pass
        self.is_paused = True
        self._input.close()
        self.stdin.close()
        os.close(self._ours)
        os.close(self.stdout)

    def _put(self, data: bytes) -> None:
        # Nobody reads what finds no room: it is lost, as on the board.
        with contextlib.suppress(OSError):
            if data:
                self._input.send(data)

    def _is_interruptible(self) -> bool:
        # The interpreter catches the signal exactly while a program runs.
        return self._prints_lines() and is_caught(self._pid, signal.SIGINT)

    def _interrupt(self) -> None:
        now_seconds = time.monotonic()
        if now_seconds - self._interrupted_seconds >= INTERRUPT_SECONDS:
            self._interrupted_seconds = now_seconds
            os.kill(self._pid, signal.SIGINT)

    def _read(self) -> bool:
        try:
            chunk = os.read(self._ours, CHUNK_BYTES)
        except OSError:
            chunk = b""
        if self._prints_lines():
            self._said(self._as_on_board(chunk))
        else:
            self._said(self._held + chunk)
            self._last = self._held = b""
        return bool(chunk)

    def _as_on_board(self, chunk: bytes) -> bytes:
        # The REPL ends its own lines with \r\n, to which the terminal adds a \r; what
        # is read may end anywhere in between.
        seen = (self._last + self._held + chunk).replace(b"\r\r\n", b"\r\n")
        self._held = b"\r" if seen.endswith(b"\r\r") else b""
        shown = seen[: len(seen) - len(self._held)]
        new = shown[len(self._last) :]
        self._last = b"\r" if shown.endswith(b"\r") else b""
        return new

    def _prints_lines(self) -> bool:
        return bool(termios.tcgetattr(self.stdout)[_OFLAG] & termios.OPOST)

    def _print_lines(self) -> None:
        # The terminal makes \r\n of \n, as the board does; a program that switches
        # Ctrl-C off (standins/keyboard.py) switches that off too, for bytes.
        attributes = termios.tcgetattr(self.stdout)
        attributes[_OFLAG] |= termios.OPOST | termios.ONLCR
        termios.tcsetattr(self.stdout, termios.TCSANOW, attributes)


def is_caught(pid: int, number: signal.Signals) -> bool:
    """Tell whether a process has a handler for a signal."""
    try:
        status = (Path("/proc") / str(pid) / "status").read_text()
    except OSError:
        return False
    for line in status.splitlines():
        if line.startswith("SigCgt:"):
            return bool(int(line.split()[1], 16) >> (number - 1) & 1)
    return False
