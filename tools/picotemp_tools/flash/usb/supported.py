"""In: what a board says it is. Out: whether picotemp runs on it, else the remedy."""

import re
from collections.abc import Sequence

from ..errors import FlashError, Kind

# In 1.25 a radio that is switched off and on often hangs.
LEAST = (1, 26)
# MicroPython's own names; `sys.implementation._machine` is "NAME with CHIP".
BOARDS = {
    "Raspberry Pi Pico W": "RP2040",
    "Raspberry Pi Pico 2 W": "RP2350",
}
PAGES = {"RP2040": "RPI_PICO_W", "RP2350": "RPI_PICO2_W"}
MOST_LETTERS = 80


def require(version: Sequence[object], machine: str) -> None:
    """Raise FlashError unless picotemp runs on this MicroPython and this board."""
    board, _, chip = machine.partition(" with ")
    chip = chip.removesuffix("-RISCV")
    if BOARDS.get(board) != chip:
        raise FlashError(Kind.WRONG_BOARD, _why_not(machine, chip))
    if not is_new_enough(version):
        text = f"{too_old(version_text(version))} from {page(chip)}"
        text += ", hold BOOTSEL while plugging the board in, then: "
        raise FlashError(Kind.MICROPYTHON_TOO_OLD, text + "picotemp-flash --uf2 FILE")


def is_new_enough(version: Sequence[object]) -> bool:
    """Tell whether picotemp runs on this version of MicroPython."""
    return tuple(part for part in version if isinstance(part, int)) >= LEAST


def too_old(version: str) -> str:
    """Tell that a version is too old, and what to download; where from is missing."""
    least = ".".join(map(str, LEAST))
    text = f"MicroPython {version} is too old, picotemp needs {least} or newer"
    return f"{text}: download the latest release's .uf2"


def page(chip: str | None) -> str:
    """Give where MicroPython is for a chip's board with Wi-Fi, or for each."""
    names = [PAGES[chip]] if chip in PAGES else PAGES.values()
    return " or ".join(f"https://micropython.org/download/{name}/" for name in names)


def version_of(text: str) -> tuple[object, ...]:
    """Give (1, 29, 0, "preview") for "1.29.0-preview"."""
    numbers, _, rest = text.partition("-")
    return (*map(int, re.findall(r"\d+", numbers)), rest)


def version_text(version: Sequence[object]) -> str:
    """Give "1.29.0-preview" for (1, 29, 0, "preview")."""
    numbers = ".".join(str(part) for part in version if isinstance(part, int))
    words = [part for part in version if part and isinstance(part, str)]
    return shown("-".join([numbers, *words]))


def shown(text: str) -> str:
    """Give a board's words as a terminal may show them."""
    letters = (letter if letter.isprintable() else "?" for letter in text)
    return "".join(letters)[:MOST_LETTERS]


def _why_not(machine: str, chip: str) -> str:
    text = f"the board says it is {shown(machine) or 'nothing'}"
    text += ", picotemp needs a Raspberry Pi Pico W or Pico 2 W"
    if chip not in PAGES:
        return f"{text}: plug in one of those"
    # Without the Wi-Fi's driver, a Pico W says it is a Pico.
    text += f"; if it is one, it has another board's MicroPython: take {page(chip)}"
    return f"{text}, hold BOOTSEL while plugging it in, then: picotemp-flash --uf2 FILE"
