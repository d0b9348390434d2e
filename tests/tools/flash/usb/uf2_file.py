"""In: what a UF2 file is to hold. Out: its bytes, as the Pico's own tools write it."""

import random
import struct

RP2040, ABSOLUTE, DATA, ARM_S, RISCV, ARM_NS = range(0xE48BFF56, 0xE48BFF5C)
HAS_FAMILY, HAS_EXTENSION = 0x2000, 0x8000
FLASH = 0x10000000
PICO_W = "MicroPython v1.29.0 on 2026-08-24; Raspberry Pi Pico W with RP2040"
PICO_2_W = "MicroPython v1.29.0 on 2026-08-24; Raspberry Pi Pico 2 W with RP2350"


def block(number: int, count: int, data: bytes, family: int, **other: int) -> bytes:
    header = {
        "first": 0x0A324655,
        "second": 0x9E5D5157,
        "flags": HAS_FAMILY,
        "address": FLASH + 256 * number,
        "size": 256,
        "number": number,
        "count": count,
        "family": family,
    } | other
    return struct.pack("<8I", *header.values()) + data.ljust(476, b"\0") + b"0o\xb1\n"


def blocks(content: bytes, family: int = RP2040) -> bytes:
    """Give a file whose last block is padded with zeros."""
    pages = [content[at : at + 256] for at in range(0, len(content), 256)]
    padded = [page.ljust(256, b"\0") for page in pages]
    count = len(padded)
    return b"".join(block(at, count, padded[at], family) for at in range(count))


def uf2(text: str = PICO_W, family: int = RP2040, count: int = 5) -> bytes:
    """Give a file whose text crosses from one block into the next."""
    content = bytes(240) + b"\0".join(part.encode() for part in text.split("; "))
    return blocks(content.ljust(count * 256, b"\0"), family)


def e10(**other: int) -> bytes:
    header = {"flags": HAS_FAMILY | HAS_EXTENSION, "address": 0x10FFFF00} | other
    data = b"\xef" * 256 + struct.pack("<I", 0x9957E304)
    return block(0, 2, data, ABSOLUTE, **header)


def firmware(text: str = PICO_W, family: int = RP2040, kib: int = 800) -> bytes:
    """Give a whole MicroPython's file: machine code, and the strings as it has them.

    Its size is no multiple of a block's, and one string follows bytes that are text,
    too, by chance. One for the RP2350 begins with the block for its erratum E10.
    """
    banner, machine = (part.encode() for part in text.split("; "))
    code = random.Random(kib)  # noqa: S311 not a secret
    chip = machine.rpartition(b" ")[2]
    strings = (
        *(b"3.4.0; " + banner, b"rp2", b"Pico", chip),
        *(b"\x01Jz" + machine, b"; " + machine + b"\r\n", banner, machine),
    )
    content = code.randbytes(kib * 900)
    content += b"\0".join(strings) + b"\0"
    content += code.randbytes(kib * 124)
    begin = b"" if family == RP2040 else e10()
    return begin + blocks(content, family)
