"""In: documents that are right. Out: the same with one fault, and what checks find."""

from collections.abc import Sequence
from typing import Any

from collector.deploy.manifest_checks import CHECKS
from collector.deploy.manifest_files import Document
from collector.deploy.manifest_links import of_kind

ABSENT = object()
# Where, what of it, the value that is wrong, and what is said.
Fault = tuple[str, str, object, str]


def put(documents: list[Document], where: str, what: str, value: object) -> None:
    """Change one thing of one document."""
    kind, name = where.split("/")
    place: Any = of_kind(documents, kind)[name]
    *keys, last = [int(key) if key.isdigit() else key for key in what.split(".")]
    for key in keys:
        place = place[key]
    if value is ABSENT:
        del place[last]
    else:
        place[last] = value


def found(documents: Sequence[Document]) -> list[str]:
    """Give what all checks find."""
    return [problem for check in CHECKS for problem in check(documents)]
