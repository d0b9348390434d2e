"""In: what has to be done on a board. Out: each step as a value; nothing is done.

All paths are absolute. A step that is done again does no harm.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True)
class MakeFolder:
    """Make a folder; it may be there."""

    path: str


@dataclass(frozen=True)
class Send:
    """Write a file from here."""

    path: str
    content: bytes = field(repr=False)


@dataclass(frozen=True)
class Copy:
    """Write a file from another on the board."""

    source: str
    path: str
    size_bytes: int


@dataclass(frozen=True)
class Verify:
    """Read files back; stop where one has not this hash."""

    sha256s: Mapping[str, str]


@dataclass(frozen=True)
class Rename:
    """Put a file in another's place, at one stroke."""

    source: str
    path: str


@dataclass(frozen=True)
class Remove:
    """Remove a file, or a folder with all in it; it may be gone."""

    path: str


Step = MakeFolder | Send | Copy | Verify | Rename | Remove
