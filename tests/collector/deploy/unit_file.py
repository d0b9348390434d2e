"""In: a shipped unit of systemd. Out: its settings, and its commands."""

import shlex
import sys
from pathlib import Path

FOLDER = Path(__file__).parents[3] / "collector/deploy/systemd"
SERVICE = FOLDER / "picotemp-collector.service"
SOCKET = FOLDER / "picotemp-collector.socket"
INSTALLED = "/opt/picotemp/bin/picotemp-collector"
CONFIGURATION = "/etc/picotemp/collector.toml"
Settings = dict[str, list[str]]


def read_unit(path: Path) -> dict[str, Settings]:
    """Give the sections, and of each key what was said of it, in order."""
    sections: dict[str, Settings] = {}
    for line in path.read_text().splitlines():
        if line.startswith("["):
            section = sections.setdefault(line.strip("[]"), {})
        elif line and not line.startswith("#"):
            key, _, value = line.partition("=")
            section.setdefault(key, []).append(value)
    return sections


def seconds(text: str) -> float:
    """Give the seconds of a time that the units write as 30s."""
    assert text.endswith("s"), text
    return float(text.removesuffix("s"))


def start_command(service: Settings, configuration: Path) -> list[str]:
    """Give the words of ExecStart, for this interpreter and another file."""
    words = shlex.split(service["ExecStart"][0])
    assert words[0] == INSTALLED
    assert CONFIGURATION in words
    own = [sys.executable, "-m", "picotemp_collector"]
    theirs = [str(configuration) if w == CONFIGURATION else w for w in words[1:]]
    return own + theirs


def reload_command(service: Settings, process_id: int) -> list[str]:
    """Give the words of ExecReload, as systemd fills them in."""
    words = shlex.split(service["ExecReload"][0])
    return [str(process_id) if word == "$MAINPID" else word for word in words]
