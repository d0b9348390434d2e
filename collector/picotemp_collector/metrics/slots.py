"""In: the lines of one device after another. Out: all, each family's together."""

from collections.abc import Sequence

from picotemp_collector.metrics.column import Column


class Slots:
    """A place for the lines of each device in each family."""

    def __init__(self, families: int) -> None:
        self._columns = tuple(Column() for _ in range(families))
        self._rows: dict[str, int] = {}
        # Columns that shrink would move every row behind a device that goes.
        self._free_rows: list[int] = []

    def put(self, name: str, lines: Sequence[str]) -> None:
        """Replace the lines of a device, one entry for each family."""
        row = self._rows.get(name)
        if row is None:
            row = self._rows[name] = self._new_row()
        for column, entry in zip(self._columns, lines, strict=True):
            column.put(row, entry)

    def remove(self, name: str) -> None:
        """Forget a device."""
        row = self._rows.pop(name)
        self._free_rows.append(row)
        for column in self._columns:
            column.put(row, "")

    def join(self, headings: Sequence[bytes], end: bytes) -> bytes:
        """Give each family's lines below its heading, then the end."""
        pieces: list[bytes] = []
        for heading, column in zip(headings, self._columns, strict=True):
            pieces.append(heading)
            pieces += column.blocks
        pieces.append(end)
        return b"".join(pieces)

    def _new_row(self) -> int:
        return self._free_rows.pop() if self._free_rows else len(self._rows)
