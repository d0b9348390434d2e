"""In: a file of the host. Out: the chip's flash, as a block device.

Every write reaches the file at once; each operation can be recorded; the power can go
after a number of bytes.
"""

from .tether import Tether as _Tether
from .tether import builtin as _builtin

_struct = _builtin("struct")

_BLOCK_BYTES = 4096
_BLOCKS = 212
_METER_BYTES = 8

_ERASE, _PROGRAM = b"EP"

_IOCTL_BLOCK_COUNT = 4
_IOCTL_BLOCK_SIZE = 5
_IOCTL_BLOCK_ERASE = 6


class Flash:
    """What rp2.Flash() is on the board."""

    def __init__(self, tether: _Tether) -> None:
        self._tether = tether
        # Without buffers: they are the kernel's files.
        self._file = open(tether.text("image"), "r+b")  # noqa: SIM115 as long as the chip
        record = tether.text("record")
        self._record = open(record, "ab") if record else None  # noqa: SIM115 the same
        self._meter = open(tether.text("meter"), "r+b")  # noqa: SIM115 the same
        self._programmed = int.from_bytes(self._meter.read(), "little")

    def readblocks(self, block_num: int, buf: bytearray, offset: int = 0) -> None:
        """Read."""
        self._file.seek(block_num * _BLOCK_BYTES + offset)
        self._file.readinto(buf)

    def writeblocks(self, block_num: int, buf: bytes, offset: int = -1) -> None:
        """Program; whole blocks are erased before."""
        if offset < 0:
            for number in range(len(buf) // _BLOCK_BYTES):
                self._erase(block_num + number)
        self._program(block_num * _BLOCK_BYTES + max(offset, 0), buf)

    def ioctl(self, op: int, arg: int = 0) -> int | None:
        """Tell the size, or erase a block."""
        if op == _IOCTL_BLOCK_COUNT:
            return _BLOCKS
        if op == _IOCTL_BLOCK_SIZE:
            return _BLOCK_BYTES
        if op == _IOCTL_BLOCK_ERASE:
            self._erase(arg)
        return 0

    def _erase(self, number: int) -> None:
        self._fail_without_power()
        at = number * _BLOCK_BYTES
        self._write(at, b"\xff" * _BLOCK_BYTES)
        self._note(_ERASE, at, _BLOCK_BYTES, b"")

    def _program(self, at: int, buf: bytes) -> None:
        self._fail_without_power()
        data = bytes(buf)
        left = self._left_bytes()
        if 0 <= left < len(data):
            data = data[:left]
        self._write(at, data)
        self._note(_PROGRAM, at, len(data), data)
        self._programmed += len(data)
        self._meter.seek(0)
        self._meter.write(self._programmed.to_bytes(_METER_BYTES, "little"))
        self._fail_without_power()

    def _write(self, at: int, data: bytes) -> None:
        self._file.seek(at)
        self._file.write(data)

    def _note(self, kind: int, at: int, size: int, data: bytes) -> None:
        if self._record:
            self._record.write(_struct.pack("<BII", kind, at, size) + data)

    def _left_bytes(self) -> int:
        cut_at = self._tether.whole("cut_at_bytes")
        return cut_at if cut_at < 0 else max(cut_at - self._programmed, 0)

    def _fail_without_power(self) -> None:
        if not self._left_bytes():
            self._tether.halt("power_gone")
