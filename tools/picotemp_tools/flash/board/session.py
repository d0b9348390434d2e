"""In: a serial port. Out: a board that waits for orders, its program interrupted.

mpremote's transport talks to MicroPython; agent.py is what it is told to run.
"""

import ast
import contextlib
import errno
import re
import struct
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from mpremote.transport import (  # type: ignore[import-untyped]
    TransportError,
    TransportExecError,
)

from ..errors import FlashError, Kind, LinkLostError
from ..usb.limited_port import LimitedPort
from ..usb.wire import connect, disconnect
from . import agent

READ_SECONDS = 10
# The longest order: the hash of all files of a full flash.
ORDER_SECONDS = 60
ENTER_SECONDS = 15
TRY_SECONDS = 2
PAUSE_SECONDS = 0.5
CHUNK_BYTES = 1024
INTERRUPT, FRIENDLY = b"\r\x03\x03", b"\r\x02"
RESET = b"import machine; machine.reset()\r"
ERROR_NUMBER = re.compile(r"OSError: (?:\[Errno )?(\d+)")

Told = Callable[[int, int], None]


class Session:
    """A board at a port that does what it is told; left, it starts its program anew.

    Every order raises LinkLostError where the board goes or resets meanwhile, and
    FlashError where its flash is full or cannot be used.
    """

    def __init__(self, port: str, enter_seconds: float = ENTER_SECONDS) -> None:
        """Interrupt the program; raise FlashError where no MicroPython answers."""
        self.port = port
        self._is_lost = False
        self._transport = _opened(port, min(TRY_SECONDS, enter_seconds))
        self._limit = LimitedPort(self._transport.serial)
        self._transport.serial = self._limit
        try:
            self._enter(enter_seconds)
        except BaseException as error:
            # Another device than a board is left alone.
            if isinstance(error, KeyboardInterrupt):
                self._finish_entering()
            if self._transport.in_raw_repl:
                self.reset()
            self.close()
            raise

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.reset()

    def call(self, name: str, *arguments: object) -> Any:
        """Run a function of agent.py on the board; give what it gives."""
        words = ", ".join(repr(argument) for argument in arguments)
        what = f"{name} {arguments[0] if arguments else ''}".strip()
        values = self._run(f"print(repr({name}({words})))", what)
        if len(values) != 1:
            self.close()
            raise LinkLostError("it answered something else")
        return values[0]

    def each(self, name: str, *arguments: object) -> list[Any]:
        """Run a generator of agent.py on the board; give all it gives."""
        words = ", ".join(repr(argument) for argument in arguments)
        return self._run(f"for it in {name}({words}):\n print(repr(it))", name)

    def read(self, path: str) -> bytes | None:
        """Give a file's content; None where there is no such file."""
        if self.call("kind", path) != "file":
            return None
        with self._order(f"read {path}"):
            return bytes(self._transport.fs_readfile(path, CHUNK_BYTES))

    def write(self, path: str, content: bytes, told: Told | None = None) -> None:
        """Write a file; told gets the bytes written, and of how many."""
        with self._order(f"write {path}"):
            self._transport.fs_writefile(path, content, CHUNK_BYTES, told)

    def reset(self) -> None:
        """Let the board start anew, as its button would, and end the session."""
        while not self._is_lost:
            try:
                # Typed, not ordered: this works in the middle of an order, too.
                for words in (INTERRUPT, FRIENDLY, RESET):
                    self._limit.write(words)
                self._limit.flush()
            except OSError:
                pass  # it is away already
            except KeyboardInterrupt:
                continue  # whoever presses it twice means the same
            self.close()

    def close(self) -> None:
        """Give the port back, and leave the board as it is."""
        self._is_lost = True
        disconnect(self._transport)

    def _enter(self, seconds: float) -> None:
        until = time.monotonic() + seconds
        self._limit.allow(seconds)
        is_first = True
        while True:
            try:
                # A boot.py that takes its time is begun anew by each soft reset.
                self._transport.enter_raw_repl(is_first, min(TRY_SECONDS, seconds))
                break
            except (TransportError, OSError, struct.error, LinkLostError) as error:
                if time.monotonic() >= until:
                    raise _no_micropython(self.port) from error
            is_first = False
            self._interrupt()
        self._limit.allow(ORDER_SECONDS)
        try:
            self._limit.wait(READ_SECONDS)
            self._transport.exec(Path(agent.__file__).read_text())
        except (TransportError, OSError, struct.error, LinkLostError) as error:
            # CircuitPython's REPL looks alike, and lacks what is needed.
            raise _no_micropython(self.port) from error

    def _finish_entering(self) -> None:
        # In the middle of a soft reset the board would lose what it is told.
        while not self._transport.in_raw_repl:
            try:
                return self._enter(ENTER_SECONDS)
            except KeyboardInterrupt:
                pass  # whoever presses it twice means the same
            except FlashError:
                return None
        return None

    def _run(self, code: str, what: str) -> list[Any]:
        with self._order(what):
            said, failed = self._transport.exec_raw(code, timeout=ORDER_SECONDS)
            if failed:
                raise TransportExecError(said, failed.decode(errors="replace"))
            return [_value(line) for line in said.splitlines()]

    def _interrupt(self) -> None:
        # A board that has just begun to reset has lost what it was told.
        with contextlib.suppress(OSError):
            self._limit.write(INTERRUPT)
        # What it prints then is not to be taken for an answer.
        time.sleep(PAUSE_SECONDS)

    @contextlib.contextmanager
    def _order(self, what: str) -> Iterator[None]:
        self._limit.allow(ORDER_SECONDS)
        try:
            yield
        except TransportExecError as error:
            raise _refused(what, error.error_output) from None
        except (TransportError, OSError, struct.error) as error:
            if isinstance(error, OSError) and str(error.strerror).startswith("/"):
                # The board's own error, which mpremote gives with the file's name.
                raise _refused(what, f"OSError: {error.errno}") from None
            self.close()
            raise LinkLostError(what) from error
        except LinkLostError:
            self.close()
            raise


def _opened(port: str, read_seconds: float) -> Any:
    try:
        return connect(port, read_seconds, READ_SECONDS)
    except OSError as error:
        text = f"{port} cannot be opened: is it in use by another program?"
        raise FlashError(Kind.BUSY, text) from error


def _value(said: bytes) -> object:
    try:
        return ast.literal_eval(said.decode())
    except (ValueError, SyntaxError) as error:
        raise LinkLostError("it answered something else") from error


def _refused(what: str, said: str) -> Exception:
    number = ERROR_NUMBER.search(said)
    if number and int(number[1]) == errno.ENOSPC:
        return _full()
    if "KeyboardInterrupt" in said:
        return LinkLostError(f"interrupted: {what}")
    reason = said.strip().splitlines()[-1] if said.strip() else "no reason given"
    return FlashError(
        Kind.FILESYSTEM_UNREADABLE,
        f"the board cannot {what}: {reason}; try again, and if it stays so: "
        "picotemp-flash backup FILE, then picotemp-flash erase",
    )


def _full() -> FlashError:
    text = "the board's filesystem is full: remove files of your own, then try again"
    return FlashError(Kind.FILESYSTEM_FULL, text)


def _no_micropython(port: str) -> FlashError:
    return FlashError(
        Kind.NOT_MICROPYTHON,
        f"{port} does not answer as MicroPython does: unplug the board, plug it in "
        "again; if it stays so, hold BOOTSEL while plugging it in and flash with "
        "--uf2 FILE (a program that cannot be stopped goes only if Raspberry Pi's "
        "flash_nuke.uf2 is put on it before)",
    )
