"""In: a text. Out: the same in gzip, by the fastest there is, beside the event loop."""

import asyncio
import gzip
import importlib
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

Compress = Callable[[bytes], bytes]
# The fastest level: a scrape is a few hops away, not across an ocean.
LEVEL = 1
GZIP_WINDOW_BITS = 31
# So much is done sooner than a thread is woken, and stops the loop for nobody.
INLINE_MOST_BYTES = 65536


class Packer:
    """Compresses, in a thread of its own what is large.

    Not in the loop's threads: those may all be waiting for names.
    """

    def __init__(self, compress: Compress) -> None:
        self._compress = compress
        self._thread = ThreadPoolExecutor(1, "compress")

    def packs_at_once(self, text: bytes) -> bool:
        """Whether such a text is packed before the call ends."""
        return len(text) <= INLINE_MOST_BYTES

    def pack(self, text: bytes) -> asyncio.Future[bytes]:
        """Give what will be the text in gzip."""
        loop = asyncio.get_running_loop()
        if not self.packs_at_once(text):
            return loop.run_in_executor(self._thread, self._compress, text)
        packed = loop.create_future()
        packed.set_result(self._compress(text))
        return packed


def fast(text: bytes) -> bytes:
    """Compress by the fastest there is, which is looked for when it is needed."""
    return fastest()(text)


def fastest() -> Compress:
    """Give the compressor of isal (the extra "fast"), else the standard library's."""
    try:
        isal_zlib = importlib.import_module("isal.isal_zlib")
    except ImportError:
        return standard
    return lambda text: bytes(isal_zlib.compress(text, LEVEL, GZIP_WINDOW_BITS))


def standard(text: bytes) -> bytes:
    """Compress by the standard library."""
    return gzip.compress(text, LEVEL, mtime=0)
