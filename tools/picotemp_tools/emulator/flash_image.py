"""In: files, or an image of before. Out: a board's flash, as a file of blocks."""

from pathlib import Path

from .world import World

NEVER = -1


class FlashImage:
    """A flash of blocks, kept in a file.

    `path` is that file: made where it is not there, kept afterwards; without it the
    board has one of its own, which goes with it. `record` is a file that gets every
    block operation (see record.py). An `is_empty` one has no file system yet.
    """

    def __init__(
        self,
        path: Path | None = None,
        record: Path | None = None,
        *,
        is_empty: bool = False,
    ) -> None:
        self.path = path.resolve() if path else Path()
        self._is_kept = path is not None
        self._record = str(record.resolve()) if record else ""
        self.is_empty = is_empty
        self._meter = Path()
        self._cut_at_bytes = NEVER

    @property
    def programmed_bytes(self) -> int:
        """Give how many bytes the board has programmed."""
        return int.from_bytes(self._meter.read_bytes(), "little")

    def fill(
        self, folder: Path, files: Path | None, settings: dict[str, object]
    ) -> None:
        """Make it in a folder, of files, or built from the firmware."""
        self._meter = folder / "programmed"
        self._meter.write_bytes(b"")
        if not self._is_kept:
            self.path = folder / "flash"
        if self.path.exists():
            return
        # Only here: boards without a serial port do without littlefs-python.
        from . import image

        content = image.UNFORMATTED
        if not self.is_empty:
            content = image.made(image.board_files(folder / "files", files, settings))
        self.path.write_bytes(content)

    def show(self, world: World) -> None:
        """Let the chip find it."""
        world.image = str(self.path)
        world.record = self._record
        world.meter = str(self._meter)
        world.cut_at_bytes = self._cut_at_bytes

    def cut_power_after(self, size: int) -> None:
        """Let the power go once so many more bytes are programmed."""
        self._cut_at_bytes = self.programmed_bytes + size

    def forget_cut(self) -> None:
        """Let the power stay."""
        self._cut_at_bytes = NEVER
