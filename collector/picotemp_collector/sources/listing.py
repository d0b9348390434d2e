"""In: what a source lists. Out: the shapes for it, and the one error of this room."""

import hashlib
from collections.abc import Callable, Iterable, Sequence

from attrs import evolve, field, frozen

from picotemp_collector.config.resolve import Entry
from picotemp_collector.errors import PicotempError, one_line

# A broken list of thousands would fill every log and page with one mistake.
MOST_PROBLEMS = 20
PROBLEM_MOST_CHARACTERS = 300


@frozen
class Listing:
    """All that a source lists, and what of it could not be used."""

    entries: tuple[Entry, ...] = ()
    problems: tuple[str, ...] = ()
    # Of the bytes it was read from.
    digest: bytes = field(default=b"", repr=False)


NOTHING = Listing()


class SourceError(PicotempError):
    """A source that gives no list: every problem of it, one line each."""

    def __init__(self, problems: Sequence[str]) -> None:
        self.problems = told(problems)
        super().__init__("\n".join(self.problems))


def reread(
    content: bytes, parse: Callable[[bytes], Listing], before: Listing
) -> Listing:
    """Give what content lists; parsing thousands again that are the same costs."""
    digest = hashlib.sha256(content).digest()
    if before.digest == digest:
        return before
    return evolve(parse(content), digest=digest)


def told(problems: Iterable[str]) -> tuple[str, ...]:
    """Give problems as they are told: clean lines, and not too many of them."""
    lines = list(dict.fromkeys(problems))
    shown = [one_line(line, PROBLEM_MOST_CHARACTERS) for line in lines[:MOST_PROBLEMS]]
    if len(lines) > MOST_PROBLEMS:
        shown.append(f"and {len(lines) - MOST_PROBLEMS} more")
    return tuple(shown)
