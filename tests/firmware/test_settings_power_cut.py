"""In: littlefs as on the board, its power cut anywhere. Out: the old or the new file.

The real interpreter and its littlefs run over a block device in RAM that stops after
so many erases and writes; then the flash, as it was left, is mounted again.
"""

import json
from collections.abc import Callable
from dataclasses import dataclass

import pytest

from .conftest import Micropython

Told = list[str | None]
# Of the Pico W's 212 blocks, so that a copy of all of them is quick.
BLOCKS = 24
# Nothing of all this takes more.
MOST_OPERATIONS = 400

FLASH = """
import json, os, vfs
from picotemp.blackbox import BlackBox
from picotemp.chip import Chip
from picotemp.settings_file import load, save

class Flash:
    size = 4096

    def __init__(self, data):
        self.data = data
        self.left = 10**9
        self.is_torn = False

    def readblocks(self, number, buffer, offset=0):
        at = number * self.size + offset
        buffer[:] = self.data[at : at + len(buffer)]

    def writeblocks(self, number, buffer, offset=None):
        if offset is None:
            self.ioctl(6, number)
            offset = 0
        self.change(number * self.size + offset, bytes(buffer))

    def ioctl(self, operation, number):
        if operation == 4:
            return len(self.data) // self.size
        if operation == 5:
            return self.size
        if operation == 6:
            self.change(number * self.size, bytes([255]) * self.size)
            return 0

    def change(self, at, new):
        self.left -= 1
        if self.left < 0:
            if self.is_torn and self.left == -1:
                half = len(new) // 2
                self.data[at : at + half] = new[:half]
            raise OSError(5)
        self.data[at : at + len(new)] = new

def mount(flash):
    vfs.mount(vfs.VfsLfs2(flash, progsize=256), "/flash")

def gone():
    try:
        vfs.umount("/flash")
    except OSError:
        pass

# What `begin` leaves; what `after` finds when `work` is cut at each operation in turn.
def cuts(begin, work, after, is_torn):
    flash = Flash(bytearray(BLOCKS * Flash.size))
    vfs.VfsLfs2.mkfs(flash, progsize=256)
    mount(flash)
    begin()
    gone()
    found = []
    for number in range(MOST_OPERATIONS):
        cut = Flash(bytearray(flash.data))
        mount(cut)
        cut.left = number
        cut.is_torn = is_torn
        try:
            work()
        except OSError:
            pass
        is_whole = cut.left >= 0
        cut.left = 0
        gone()
        mount(Flash(cut.data))
        found.append(after())
        # Once more: what was loaded was not only in memory, nor broken by loading.
        found.append(after())
        gone()
        if is_whole:
            return found
    raise RuntimeError("endless")

class Still(Chip):
    def uptime_ms(self):
        return 0

class Log:
    lines = ["a line of the log that is as long as they are"] * 12
    troubles = 0
    def warning(self, event, **fields):
        pass

PATH = "/flash/settings.json"
OLD = {"ssid": "old", "password": "the secret word"}
NEW = {"ssid": "new", "password": "another secret word", "hostname": "pico-attic"}

def loaded():
    settings, problems = load(PATH)
    return settings and settings.ssid

def begin_with(mapping):
    save(PATH, mapping)
    load(PATH)

def torn_copy():
    begin_with(OLD)
    with open(PATH, "w") as file:
        file.write(json.dumps(NEW)[:-5])

def last_run(stays=True):
    box = BlackBox(Still(), Log(), "/flash/lastrun.json")
    box.load(True, stays)
    found = box.last_run("power", 0)
    return found and found["reason"]

def box(reason):
    return BlackBox(Still(), Log(), "/flash/lastrun.json").save("exception", reason)
"""

FULL = """
flash = Flash(bytearray(BLOCKS * Flash.size))
vfs.VfsLfs2.mkfs(flash, progsize=256)
mount(flash)
begin_with(OLD)
box("old")
try:
    for number in range(BLOCKS):
        with open("/flash/filler%d" % number, "wb") as file:
            file.write(bytes(1024))
except OSError as full:
    print(json.dumps([full.errno, box("new"), last_run(), loaded()]))
"""


@dataclass(frozen=True)
class Cuts:
    """What was found after a cut at each operation."""

    found: Told

    @property
    def operations(self) -> int:
        """Give how many erases and writes the whole work took."""
        return len(self.found) // 2 - 1

    def only(self, *allowed: str | None) -> bool:
        """Tell whether each is one of these, in this order, from first to last."""
        ranks = [allowed.index(reason) for reason in self.found]
        return ranks == sorted(ranks) and set(ranks) == set(range(len(allowed)))


@pytest.fixture(params=[False, True], ids=["whole blocks", "the last block is torn"])
def cut(
    request: pytest.FixtureRequest, micropython: Micropython
) -> Callable[[str, str, str], Cuts]:
    """Give a function that cuts the power at each operation of some work."""

    def run(begin: str, work: str, after: str) -> Cuts:
        head = f"BLOCKS = {BLOCKS}\nMOST_OPERATIONS = {MOST_OPERATIONS}\n"
        arguments = f"lambda: ({begin}), lambda: ({work}), {after}, {request.param}"
        code = f"{head}{FLASH}\nprint(json.dumps(cuts({arguments})))"
        # Files that were open at a cut complain when they are collected.
        found: Told = json.loads(micropython(code).splitlines()[-1])
        return Cuts(found)

    return run


Cut = Callable[[str, str, str], Cuts]


def test_r5_a_power_cut_while_settings_are_saved_leaves_old_or_new(cut: Cut) -> None:
    cuts = cut("begin_with(OLD)", "save(PATH, NEW)", "loaded")
    assert cuts.operations == 3
    assert cuts.only("old", "new")


def test_r5_a_power_cut_in_a_long_row_of_savings_leaves_old_or_new(cut: Cut) -> None:
    # So many that littlefs erases a block now and then.
    saves = "[begin_with(mapping) for mapping in [NEW, OLD] * 6]"
    cuts = cut("begin_with(OLD)", saves, "loaded")
    assert cuts.operations > 72
    assert set(cuts.found) == {"old", "new"}


def test_r5_a_power_cut_while_the_copy_is_renewed_loses_nothing(cut: Cut) -> None:
    cuts = cut("begin_with(OLD), save(PATH, NEW)", "load(PATH)", "loaded")
    assert cuts.operations == 3
    assert cuts.only("new")


def test_r5_a_power_cut_in_saving_and_loading_leaves_old_or_new(cut: Cut) -> None:
    cuts = cut("begin_with(OLD)", "begin_with(NEW)", "loaded")
    assert cuts.operations >= 6
    assert cuts.only("old", "new")


def test_r4_a_copy_by_hand_that_was_cut_off_leaves_the_old_one(cut: Cut) -> None:
    cuts = cut("torn_copy()", "load(PATH)", "loaded")
    assert cuts.only("old")
    cuts = cut("torn_copy()", "save(PATH, NEW)", "loaded")
    assert cuts.only("old", "new")


def test_r5_a_power_cut_while_the_first_settings_are_saved_leaves_none_or_all(
    cut: Cut,
) -> None:
    cuts = cut("None", "save(PATH, NEW)", "loaded")
    assert cuts.only(None, "new")


def test_r5_a_power_cut_while_the_last_run_is_saved_leaves_old_or_new(
    cut: Cut,
) -> None:
    cuts = cut("box('old')", "box('new')", "last_run")
    assert cuts.operations >= 5
    assert cuts.only("old", "new")
    cuts = cut("None", "box('new')", "last_run")
    assert cuts.only(None, "new")


def test_r5_a_power_cut_while_the_last_run_is_taken_leaves_it_or_nothing(
    cut: Cut,
) -> None:
    cuts = cut("box('old')", "last_run(False)", "last_run")
    assert set(cuts.found) <= {"old", None}
    assert cuts.found[-1] is None


def test_r5_a_full_flash_leaves_the_old_last_run(micropython: Micropython) -> None:
    told = json.loads(micropython(f"BLOCKS = {BLOCKS}\n{FLASH}\n{FULL}"))
    assert told == [28, False, "old", "old"]
