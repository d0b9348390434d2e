"""In: patterns of Prometheus' file_sd. Out: them, checked, and whole paths."""

import re
from collections.abc import Iterable
from pathlib import Path

from picotemp_collector.config.values import UnacceptableError

# Prometheus' own rule for file_sd_configs, in discovery/file.
PATTERN = re.compile(r"[^*]*(\*[^/]*)?\.(json|yml|yaml|JSON|YML|YAML)")
EXPECTED = (
    "the path of .yml, .yaml or .json files, with a * in the last part at most,"
    " such as /etc/picotemp/devices/*.yml"
)


def file_pattern(value: object) -> str:
    """Give a pattern of paths."""
    if not isinstance(value, str) or not value.isprintable():
        raise UnacceptableError(EXPECTED)
    if not PATTERN.fullmatch(value.strip()):
        raise UnacceptableError(EXPECTED)
    return value.strip()


def whole_patterns(patterns: Iterable[str], folder: Path) -> tuple[str, ...]:
    """Give patterns that mean the same from every folder."""
    return tuple(str(folder.absolute() / pattern) for pattern in patterns)
