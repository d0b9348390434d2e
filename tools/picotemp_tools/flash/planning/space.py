"""In: files and steps. Out: the bytes of littlefs that they take, or give back."""

from collections.abc import Iterable

from .snapshot import Found
from .steps import Copy, MakeFolder, Send, Step

# Each block of a file but the first begins with pointers to others.
POINTER_BYTES = 8
# A folder is a pair of blocks.
FOLDER_BLOCKS = 2
# Files up to this size lie in their folder's blocks: removed, they free none.
INLINE_BYTES = 512
# A full folder is split, and a changed one is written anew before the old one goes.
SPARE_BLOCKS = 6


def needed_bytes(steps: Iterable[Step], block_bytes: int) -> int:
    """Give what must be free for all of these steps, nothing of it given back."""
    blocks = SPARE_BLOCKS
    for step in steps:
        if isinstance(step, MakeFolder):
            blocks += FOLDER_BLOCKS
        elif isinstance(step, Send):
            blocks += _blocks(len(step.content), block_bytes - POINTER_BYTES)
        elif isinstance(step, Copy):
            blocks += _blocks(step.size_bytes, block_bytes - POINTER_BYTES)
    return blocks * block_bytes


def freed_bytes(files: Iterable[Found], block_bytes: int) -> int:
    """Give what is free at least once these files are removed."""
    sizes = [file.size_bytes for file in files]
    large = sum(_blocks(size, block_bytes) for size in sizes if size > INLINE_BYTES)
    return large * block_bytes


def _blocks(size_bytes: int, block_bytes: int) -> int:
    return max(1, -(-size_bytes // block_bytes))
