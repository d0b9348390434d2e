"""In: lines by their row. Out: the same as bytes, some rows each in one piece.

A join costs by the piece, most of all where the pieces lie scattered in memory. The
lines are kept in their piece alone: of a fleet they are most of what is known.
"""

from array import array

# With more, each change costs more; with fewer, each join.
BLOCK_ROWS = 16
UNSIGNED_INT = "I"


class Column:
    """The lines of one family."""

    def __init__(self) -> None:
        self.blocks: list[bytes] = []
        self._lengths_bytes = array(UNSIGNED_INT)

    def put(self, row: int, lines: str) -> None:
        """Replace the lines of a row; the next new one is the one behind the last."""
        # "replace", because a lone surrogate would cost the whole answer.
        after = lines.encode("utf-8", "replace")
        if row == len(self._lengths_bytes):
            self._lengths_bytes.append(0)
        if row == len(self.blocks) * BLOCK_ROWS:
            self.blocks.append(b"")
        number, first = row // BLOCK_ROWS, row - row % BLOCK_ROWS
        block = self.blocks[number]
        begin = sum(self._lengths_bytes[first:row])
        end = begin + self._lengths_bytes[row]
        if block[begin:end] != after:
            self.blocks[number] = block[:begin] + after + block[end:]
            self._lengths_bytes[row] = len(after)
