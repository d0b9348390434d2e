"""In: an Accept or Accept-Encoding header. Out: what it names, each with its quality.

What cannot be understood is left out: it neither asks for anything nor refuses it.
"""

import re
from collections.abc import Iterator, Mapping
from itertools import islice

from attrs import frozen

# No browser names so many; a header that does shall not cost more than they.
MOST_RANGES = 64
# The plusses give nothing back: the time is linear, whatever the header.
_PIECE = r'(?:[^{separator}"]++|"(?:[^"\\]|\\.)*+"?+)++'
RANGE = re.compile(_PIECE.format(separator=","), re.DOTALL)
PART = re.compile(_PIECE.format(separator=";"), re.DOTALL)
QUALITY = re.compile(r"0(\.[0-9]*)?|1(\.0*)?")


@frozen
class Range:
    """What is accepted, in lower case, and how gladly: from 0 (not at all) to 1."""

    value: str
    parameters: Mapping[str, str]
    quality: float


def parse(header: str) -> list[Range]:
    """Give the ranges that a header names, in its order."""
    pieces = islice(RANGE.finditer(header.lower()), MOST_RANGES)
    return [found for piece in pieces for found in _range(piece[0].strip())]


def _range(piece: str) -> Iterator[Range]:
    if not piece or piece.startswith(";"):
        return
    value, *rest = (part[0].strip() for part in PART.finditer(piece))
    parameters = dict(_parameter(part) for part in reversed(rest))
    quality = parameters.pop("q", "1")
    if QUALITY.fullmatch(quality):
        yield Range(value, parameters, float(quality))


def _parameter(part: str) -> tuple[str, str]:
    name, _, value = part.partition("=")
    return name.strip(), value.strip().strip('"')
