"""In: compose.yaml and .env. Out: the services as Compose reads them from there."""

import re
from pathlib import Path
from typing import Any

import yaml

from collector.deploy.recipe import DEPLOY

FOLDER = DEPLOY / "compose"
VARIABLE = re.compile(r"\$\{(\w+)\}")
# Of Compose's specification; its schema forbids all others in a service.
KEYS = {
    *("build", "cap_drop", "command", "depends_on", "env_file", "environment"),
    *("healthcheck", "image", "logging", "mem_limit", "network_mode", "ports"),
    *("profiles", "pull_policy", "read_only", "restart", "security_opt"),
    *("stop_grace_period", "tmpfs", "volumes"),
}


def text() -> str:
    """Give compose.yaml as it is written."""
    return (FOLDER / "compose.yaml").read_text()


def settings() -> dict[str, str]:
    """Give what .env sets."""
    lines = (FOLDER / ".env").read_text().splitlines()
    pairs = [line.partition("=") for line in lines if line and line[0] != "#"]
    return {key: value for key, _, value in pairs}


def composition() -> dict[str, Any]:
    """Give the whole file, with the values of .env."""
    read: dict[str, Any] = yaml.safe_load(VARIABLE.sub(_value, text()))
    return read


def services() -> dict[str, dict[str, Any]]:
    """Give the services by name."""
    found: dict[str, dict[str, Any]] = composition()["services"]
    return found


def mounts(service: dict[str, Any]) -> dict[str, Path]:
    """Give where in a service's container which file or folder of here is."""
    found = {}
    for line in service.get("volumes", ()):
        source, target, *mode = line.split(":")
        if source.startswith("."):
            assert mode == ["ro"], f"{line}: it could be written from inside"
            found[target] = (FOLDER / source).resolve()
    return found


def kept(service: dict[str, Any]) -> dict[str, str]:
    """Give where in a service's container which named volume is."""
    lines = [line.split(":") for line in service.get("volumes", ())]
    return {line[1]: line[0] for line in lines if not line[0].startswith(".")}


def option(service: dict[str, Any], name: str) -> str:
    """Give the value of a --name=value of a service's command."""
    [found] = [
        word.partition("=")[2]
        for word in service["command"]
        if word.partition("=")[0] == name
    ]
    return str(found)


def _value(match: re.Match[str]) -> str:
    return settings()[match[1]]
