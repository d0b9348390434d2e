"""In: how large a text is. Out: an allocator that keeps the memory of the next one."""

import contextlib
import ctypes

# From malloc.h of glibc; mallopt(3) says what they do.
M_TRIM_THRESHOLD, M_MMAP_THRESHOLD = -1, -3
# Some texts of a very large fleet.
KEPT_BYTES = 32 << 20


def keep_freed_memory() -> None:
    """Have freed memory stay with the process, where the C library is glibc.

    Else the system takes back the megabytes of each text and gives them anew, page by
    page, which takes as long as filling them.
    """
    with contextlib.suppress(OSError, AttributeError):
        mallopt = ctypes.CDLL("libc.so.6").mallopt
        mallopt(M_MMAP_THRESHOLD, KEPT_BYTES)
        mallopt(M_TRIM_THRESHOLD, 2 * KEPT_BYTES)
