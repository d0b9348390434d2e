"""In: the environment. Out: the settings in it, and the variables that look like some.

PICOTEMP_POLL_INTERVAL_SECONDS=10    [poll] interval_seconds
PICO_SERVER_URL=attic=http://10.0.0.7,http://picotemp.local
"""

import re
from collections.abc import Iterable, Mapping

from picotemp_collector.config.given import Given, Key, nearest
from picotemp_collector.config.values import Text

DEVICES_VARIABLE = "PICO_SERVER_URL"
PREFIX = "PICOTEMP"
# Kubernetes sets these in every pod for a Service named, say, picotemp-server.
SERVICE_LINK = re.compile(
    r"_SERVICE_(HOST|PORT(_\w+)?)$|_PORT(_\d+_(TCP|UDP|SCTP)\w*)?$"
)
SERVICE_LINK_VALUE = re.compile(r"(tcp|udp|sctp)://|[\d.:a-f]+$|(TCP|UDP|SCTP)$", re.I)


def variable(key: Key) -> str:
    """Give the name of the variable of a key."""
    return "_".join((PREFIX, *key)).upper()


def read_scalars(
    environment: Mapping[str, str], keys: Iterable[Key]
) -> dict[Key, Given]:
    """Give what is set; an empty variable is as good as none."""
    return {
        key: Given(Text(text), f"environment variable {variable(key)}")
        for key in keys
        if (text := environment.get(variable(key), "").strip())
    }


def unknown_variables(environment: Mapping[str, str], keys: Iterable[Key]) -> list[str]:
    """Give a problem for each variable of a section of ours that is no key of it.

    Other variables may begin with PICOTEMP_: they are someone else's.
    """
    known = [variable(key) for key in keys]
    sections = {name.split("_")[1] for name in known} | {"DEVICES"}
    return [
        f"environment variable {name}: unknown key{_hint(name, known)}"
        for name, value in sorted(environment.items())
        if _section(name) in sections
        and name not in known
        and not _is_service_link(name, value)
    ]


def _section(name: str) -> str | None:
    parts = name.split("_")
    return parts[1] if len(parts) > 1 and parts[0] == PREFIX else None


def _hint(name: str, known: list[str]) -> str:
    if _section(name) == "DEVICES":
        return f"; devices are given by {DEVICES_VARIABLE}"
    return nearest(name, known)


def _is_service_link(name: str, value: str) -> bool:
    return bool(SERVICE_LINK.search(name) and SERVICE_LINK_VALUE.match(value))
