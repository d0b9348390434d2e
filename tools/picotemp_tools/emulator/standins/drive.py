"""In: a folder of the host. Out: the board's flash, for MicroPython to mount."""

from .tether import builtin as _builtin


class Drive:
    """The interpreter's own folder drive, whose rename() works.

    VfsPosix keeps one buffer for both names of a rename: with two absolute ones it
    renames the second to itself.
    """

    def __init__(self, folder: str) -> None:
        self._real = _builtin("vfs").VfsPosix(folder)

    def __getattr__(self, name: str) -> object:
        return getattr(self._real, name)

    def mount(self, readonly: object, mkfs: object) -> None:
        """Be mounted."""
        self._real.mount(readonly, mkfs)

    def rename(self, old_path: str, new_path: str) -> None:
        """Rename; paths are absolute: nothing here ever leaves the root."""
        self._real.chdir("/")
        self._real.rename(old_path, new_path.lstrip("/"))
