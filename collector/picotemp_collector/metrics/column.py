"""In: lines by their row. Out: the same as bytes, some rows each in one piece.

A join costs by the piece, most of all where the pieces lie scattered in memory.
"""

# With more, each change costs more; with fewer, each join.
BLOCK_ROWS = 16


class Column:
    """The lines of one family."""

    def __init__(self) -> None:
        self.blocks: list[bytes] = []
        self._lines: list[str] = []

    def put(self, row: int, lines: str) -> None:
        """Replace the lines of a row; the next new one is the one behind the last."""
        if row == len(self._lines):
            self._lines.append("")
        if row == len(self.blocks) * BLOCK_ROWS:
            self.blocks.append(b"")
        if lines != self._lines[row]:
            self._lines[row] = lines
            block, first = row // BLOCK_ROWS, row - row % BLOCK_ROWS
            text = "".join(self._lines[first : first + BLOCK_ROWS])
            # "replace", because a lone surrogate would cost the whole answer.
            self.blocks[block] = text.encode("utf-8", "replace")
