"""In: a device's name. Out: whether it is for this one of several collectors."""

import hashlib

from attrs import frozen


@frozen
class Shard:
    """One of `count` equal parts of the fleet, counted from 0."""

    index: int
    count: int

    def holds(self, name: str) -> bool:
        """Tell whether a device is in this part, as Prometheus' hashmod does."""
        return _hash(name) % self.count == self.index

    def __str__(self) -> str:
        """Give it as it is written: index/count."""
        return f"{self.index}/{self.count}"


def _hash(name: str) -> int:
    # Prometheus' sum64 in model/relabel: the last eight bytes of the MD5.
    digest = hashlib.md5(name.encode(), usedforsecurity=False).digest()
    return int.from_bytes(digest[8:], "big")
