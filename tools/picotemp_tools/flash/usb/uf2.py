"""In: a UF2 file's bytes. Out: what it is, or what is wrong with it.

A file is blocks of 512 bytes, each with a header of eight little-endian words. Those of
a Pico are one image without gaps, from the start of the flash, 256 bytes in a block.
One for the RP2350 may begin with a block apart, for the chip's erratum E10.
"""

import re
import struct
from dataclasses import dataclass

from ..errors import FlashError, Kind
from .supported import BOARDS, page

BLOCK_BYTES = 512
HEADER = struct.Struct("<8I")
MAGIC_BEGIN = (0x0A324655, 0x9E5D5157)
MAGIC_END = 0x0AB16F30
PAYLOAD_BYTES = 256
HAS_FAMILY, HAS_EXTENSION = 0x2000, 0x8000
FLASH_ADDRESS = 0x10000000

CHIPS = {
    0xE48BFF56: "RP2040",
    0xE48BFF59: "RP2350",  # ARM, secure
    0xE48BFF5A: "RP2350",  # RISC-V
    0xE48BFF5B: "RP2350",  # ARM, not secure
}
ABSOLUTE = 0xE48BFF57
# For E10: written beyond any flash, and with this word after it not at all.
E10_ADDRESS, E10_BLOCKS, E10_PAYLOAD = 0x10FFFF00, 2, b"\xef" * PAYLOAD_BYTES
E10_IGNORE = 0x9957E304

FLASH_BYTES = {"RP2040": 2 << 20, "RP2350": 4 << 20}
# The end of MicroPython's first line on the serial port.
MACHINE = re.compile(rb"([ -:<-~]{1,60}) with (RP2\d{3})(?:-RISCV)?[\0\r]")
VERSION = re.compile(rb"MicroPython v(\d+\.\d+\.\d+[\w.-]*) on \d{4}-\d\d-\d\d")


@dataclass(frozen=True)
class Image:
    """A MicroPython for a board with Wi-Fi."""

    chip: str
    board: str
    version: str
    size_bytes: int


@dataclass(frozen=True)
class _Block:
    flags: int
    address: int
    payload_bytes: int
    number: int
    count: int
    family: int
    data: bytes


def check(content: bytes, chip: str | None = None) -> Image:
    """Give what the file is; raise FlashError where it is not for such a board.

    `chip` is the one that waits for it, where that is known.
    """
    blocks = _read(content)
    if blocks[0].family == ABSOLUTE:
        blocks = _after_e10(blocks)
    family = _check_families(blocks)
    _check_numbers(blocks)
    _check_places(blocks, FLASH_BYTES[family])
    image = _image(b"".join(block.data[:PAYLOAD_BYTES] for block in blocks), family)
    if chip and chip != image.chip:
        text = f"the file is for the {image.chip}, the board has the {chip}"
        raise FlashError(Kind.WRONG_BOARD, f"{text}; download {_download(chip)}")
    return image


def _read(content: bytes) -> list[_Block]:
    if not content.startswith(struct.pack("<I", MAGIC_BEGIN[0])):
        raise _bad("it is no UF2 file")
    if len(content) % BLOCK_BYTES:
        raise _bad("it is cut off in the middle of a block")
    parts = range(0, len(content), BLOCK_BYTES)
    return [_block(content[at : at + BLOCK_BYTES], at // BLOCK_BYTES) for at in parts]


def _block(raw: bytes, at: int) -> _Block:
    first, second, flags, address, size, number, count, family = HEADER.unpack_from(raw)
    (end,) = struct.unpack_from("<I", raw, BLOCK_BYTES - 4)
    if (first, second) != MAGIC_BEGIN or end != MAGIC_END:
        raise _bad(f"block {at} is damaged: wrong magic numbers")
    if size != PAYLOAD_BYTES:
        raise _bad(f"block {at} holds {size} bytes, not {PAYLOAD_BYTES}")
    data = raw[HEADER.size : -4]
    return _Block(flags, address, size, number, count, family, data)


def _after_e10(blocks: list[_Block]) -> list[_Block]:
    first = blocks[0]
    (word,) = struct.unpack_from("<I", first.data, PAYLOAD_BYTES)
    flags = HAS_FAMILY | (HAS_EXTENSION if word == E10_IGNORE else 0)
    expected = (flags, E10_ADDRESS, 0, E10_BLOCKS, E10_PAYLOAD)
    payload = first.data[:PAYLOAD_BYTES]
    if (first.flags, first.address, first.number, first.count, payload) != expected:
        raise _bad("its first block is not the one for the RP2350's erratum E10")
    if len(blocks) == 1 or CHIPS.get(blocks[1].family) != "RP2350":
        raise _bad("only the RP2350's image follows a block for its erratum E10")
    return blocks[1:]


def _check_families(blocks: list[_Block]) -> str:
    """Give the chip of all blocks."""
    family = blocks[0].family
    for at, block in enumerate(blocks):
        if block.flags != HAS_FAMILY:
            raise _bad(f"block {at} of the image has flags {block.flags:#x}")
        if block.family != family:
            raise _bad(f"block {at} of the image is of another family: it is mixed")
    if family not in CHIPS:
        text = f"the file is for another chip (family {family:#x})"
        raise FlashError(Kind.WRONG_BOARD, f"{text}; download {_download(None)}")
    return CHIPS[family]


def _check_numbers(blocks: list[_Block]) -> None:
    count = blocks[0].count
    for at, block in enumerate(blocks):
        if block.number != at:
            raise _bad(f"block {at} of the image says that it is block {block.number}")
        if block.count != count:
            raise _bad(f"block {at} of the image counts {block.count}, not {count}")
    if len(blocks) != count:
        raise _bad(f"the image has {len(blocks)} blocks of {count}")


def _check_places(blocks: list[_Block], flash_bytes: int) -> None:
    for at, block in enumerate(blocks):
        expected = FLASH_ADDRESS + at * PAYLOAD_BYTES
        if block.address != expected:
            text = f"block {at} of the image is for {block.address:#x}"
            raise _bad(f"{text}, not {expected:#x}")
    if len(blocks) * PAYLOAD_BYTES > flash_bytes:
        raise _bad(f"it is larger than the flash, {flash_bytes >> 20} MiB")


def _image(content: bytes, chip: str) -> Image:
    version, machines = VERSION.search(content), [*MACHINE.finditer(content)]
    if not version or not machines:
        raise FlashError(
            Kind.NOT_MICROPYTHON,
            f"the file is no MicroPython for a Pico; download {_download(chip)}",
        )
    named = [(found[1].decode().strip(), found[2].decode()) for found in machines]
    for board, named_chip in named:
        if BOARDS.get(board) == named_chip == chip:
            return Image(chip, board, version[1].decode(), len(content))
    text = "the file is MicroPython for {} with {}".format(*named[0])
    text += ", not for a Pico with Wi-Fi"
    raise FlashError(Kind.WRONG_BOARD, f"{text}; download {_download(chip)}")


def _bad(what: str) -> FlashError:
    return FlashError(
        Kind.BAD_UF2, f"the file cannot be used: {what}; download it again"
    )


def _download(chip: str | None) -> str:
    return f"the file from {page(chip)}"
