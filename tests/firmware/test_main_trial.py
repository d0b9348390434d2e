"""In: a program on trial, starts. Out: after three of them what came up before."""

import io
import runpy
from pathlib import Path
from types import SimpleNamespace

import pytest

import picotemp

MAIN = Path(picotemp.__file__).parents[1] / "main.py"


class Flash:
    """The files that main.py finds on a board."""

    def __init__(self, **lines: str) -> None:
        self.files = {
            f"/app/{name.replace('_', '.')}": it for name, it in lines.items()
        }
        self.renamed: list[tuple[str, str]] = []
        self.names = ["app", "main.py"]

    def open(self, path: str, mode: str = "r") -> io.StringIO:
        if mode == "a":
            return Written(self, path)
        if path not in self.files:
            raise FileNotFoundError(path)
        return io.StringIO(self.files[path])

    def rename(self, old: str, new: str) -> None:
        if old not in self.files:
            raise FileNotFoundError(old)
        self.renamed.append((old, new))


class Written(io.StringIO):
    """A file that is added to."""

    def __init__(self, flash: Flash, path: str) -> None:
        super().__init__()
        self._flash, self._path = flash, path

    def close(self) -> None:
        if not self.closed:
            before = self._flash.files.get(self._path, "")
            self._flash.files[self._path] = before + self.getvalue()
        super().close()


def booted_from(flash: Flash, starts: int) -> list[str]:
    """Start it so often; give which folders it booted from."""
    found = runpy.run_path(str(MAIN))
    names = found["_folder"].__globals__
    names["open"] = flash.open
    names["os"] = SimpleNamespace(rename=flash.rename, listdir=lambda _: flash.names)
    return [found["_folder"]() for _ in range(starts)]


def test_a_program_on_trial_has_three_starts_then_what_came_up_before() -> None:
    flash = Flash(current="new\n", previous="old\n", main_before="")
    assert booted_from(flash, 5) == ["/app/new"] * 3 + ["/app/old"] * 2
    assert flash.renamed == []


def test_a_program_that_has_come_up_has_as_many_as_it_likes() -> None:
    assert booted_from(Flash(current="new\n"), 5) == ["/app/new"] * 5


def test_where_nothing_came_up_before_the_fourth_start_leaves_time_for_a_person() -> (
    None
):
    assert booted_from(Flash(current="new\n", previous="\n"), 4)[3] == ""


@pytest.mark.parametrize("has_plain_copy", [True, False])
def test_a_foreign_main_comes_back_unless_a_plain_copy_ran_before(
    has_plain_copy: bool,
) -> None:
    flash = Flash(current="new\n", previous="\n", main_before="blink()")
    flash.names += ["picotemp"] * has_plain_copy
    assert booted_from(flash, 4)[3] == ""
    there = [] if has_plain_copy else [("/app/main.before", "/main.py")]
    assert flash.renamed == there


def test_without_a_pointer_a_plain_copy_runs() -> None:
    assert booted_from(Flash(), 2) == ["", ""]


def test_the_flash_tool_counts_the_starts_of_a_trial_as_the_board_does() -> None:
    from picotemp_tools.flash.planning import snapshot

    assert runpy.run_path(str(MAIN))["STARTS_ON_TRIAL"] == snapshot.STARTS_ON_TRIAL
