"""In: PATH, .cache/servers here. Out: where Prometheus and Alertmanager are."""

import os
import shutil
from pathlib import Path

from attrs import frozen

from ..errors import ToolError

# Where `make smoke` and `make test` unpack them.
UNPACKED = Path(".cache/servers/usr/bin")
# Debian's name of it is the longer one.
ALERTMANAGER_NAMES = ("alertmanager", "prometheus-alertmanager")


class MissingError(ToolError):
    """Something that is needed is not there; its text says how to get it."""


@frozen
class Programs:
    """The real programs; without an Alertmanager Prometheus alone is asked."""

    prometheus: str
    alertmanager: str | None


def find_programs() -> Programs:
    """Find them; MissingError where there is no Prometheus."""
    prometheus = _find("prometheus")
    if prometheus is None:
        raise MissingError(
            "there is no Prometheus: install one (Debian: `apt install prometheus`; "
            f"else a release of prometheus.io) and put it on PATH or under {UNPACKED}; "
            "`make smoke` fetches one where there is apt-get"
        )
    found = [path for name in ALERTMANAGER_NAMES if (path := _find(name))]
    return Programs(prometheus, found[0] if found else None)


def _find(name: str) -> str | None:
    folders = (str(UNPACKED.absolute()), os.environ.get("PATH", ""))
    return shutil.which(name, path=os.pathsep.join(folders))
