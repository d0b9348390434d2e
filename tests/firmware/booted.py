"""In: a test's programs. Out: a board that boots them, and what is known after it."""

import asyncio
import json
import sys
from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from picotemp.blackbox import BlackBox
from picotemp.boot import boot
from picotemp.boots import Boots

from .fake_chip import FakeChip, ResetError

SETTINGS = {"ssid": "attic", "password": "the secret word"}
Program = Callable[..., None]


def fail(*_: object) -> None:
    raise ValueError("no luck")


class Board:
    """A board with a flash, and a program that a test writes."""

    def __init__(self, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        self.chip = FakeChip()
        self.folder = folder
        self.ran: list[str] = []
        self.loops = 0
        self.app: Program = fail
        self.recovery: Program = fail
        self.given: tuple[Any, ...] = ()
        for name in ("app", "recovery"):
            module = ModuleType(name)
            module.__dict__["run"] = self._runner(name)
            monkeypatch.setitem(sys.modules, f"picotemp.{name}", module)
        monkeypatch.setattr(asyncio, "new_event_loop", self._new_loop)
        (folder / "settings.json").write_text(json.dumps(SETTINGS))

    def start(self) -> Boots:
        """Boot; give what the next boot would know of it."""
        with pytest.raises(ResetError):
            boot(self.chip, *self.paths)
        return self.after()

    def bitten(self) -> None:
        """Boot a program that ends by the watchdog: nobody tells of it."""
        file = Path(self.paths[1])
        left: list[tuple[list[int], bytes | None]] = []

        def hang(*_: object) -> None:
            saved = file.read_bytes() if file.exists() else None
            left.append((self.chip.registers[:], saved))
            raise SystemExit

        self.app = self.recovery = hang
        self.start()
        self.chip.registers, saved = left[0]
        file.unlink()
        if saved is not None:
            file.write_bytes(saved)

    def after(self) -> Boots:
        """Give what a boot after a reset knows, without being one."""
        self.chip.has_been_reset = True
        registers = self.chip.registers[:]
        boots = Boots(self.chip)
        self.chip.registers = registers
        return boots

    def last_run(self) -> dict[str, Any] | None:
        """Give what that boot would tell of this one."""
        boots = self.after()
        blackbox = BlackBox(self.chip, None, self.paths[1])  # type: ignore[arg-type]
        blackbox.load(boots.was_saved, stays=True)
        return blackbox.last_run(boots.cause, 0)

    @property
    def paths(self) -> tuple[str, str]:
        """Give where the settings and the last run lie."""
        return str(self.folder / "settings.json"), str(self.folder / "lastrun.json")

    def _new_loop(self) -> None:
        self.loops += 1

    def _runner(self, name: str) -> Program:
        def run(*given: object) -> None:
            self.ran.append(name)
            self.given = given
            getattr(self, name)(*given)

        return run


def raising(error: BaseException) -> Program:
    """Give a program that ends so."""

    def run(*_: object) -> None:
        raise error

    return run
