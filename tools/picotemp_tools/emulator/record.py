"""In: a flash's block operations. Out: their record, and images after any part of it.

The chip writes the record (standins/flash.py): for each operation a header, and the
bytes it programmed.
"""

import struct
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

BLOCK_BYTES = 4096
BLOCKS = 212
# Kind, where in the flash, how many bytes.
HEADER = struct.Struct("<BII")
ERASE, PROGRAM = b"EP"
ERASED = b"\xff"


@dataclass(frozen=True)
class Operation:
    """A block erased (data is None then), or bytes programmed."""

    offset: int
    size: int
    data: bytes | None

    def apply(self, image: bytearray) -> None:
        """Do it to an image."""
        new = ERASED * self.size if self.data is None else self.data
        image[self.offset : self.offset + self.size] = new


def operations(record: bytes) -> Iterator[Operation]:
    """Read a record; what a power cut left of its last operation counts too."""
    at = 0
    while at + HEADER.size <= len(record):
        kind, offset, size = HEADER.unpack_from(record, at)
        at += HEADER.size
        data = None
        if kind == PROGRAM:
            data = record[at : at + size]
            at += size
            size = len(data)
        yield Operation(offset, size, data)


def images(base: bytes, done: Iterable[Operation]) -> Iterator[bytes]:
    """Give the image before the first operation, and after each."""
    image = bytearray(base)
    yield bytes(image)
    for operation in done:
        operation.apply(image)
        yield bytes(image)
