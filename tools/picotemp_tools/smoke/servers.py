"""In: who listens where. Out: collector, Prometheus, Alertmanager, made to be started.

Their configurations are written as JSON, which is YAML too.
"""

import json
import sys
from collections.abc import Mapping
from pathlib import Path
from urllib.parse import urlsplit

from .hurried import Yaml
from .server import Server

# Emulated boards on a busy machine answer later than real ones.
POLL_INTERVAL_SECONDS = 1.0
POLL_TIMEOUT_SECONDS = 0.8
SCRAPE_INTERVAL_SECONDS = 0.25
JOB = "picotemp"


def collector(folder: Path, url: str, devices: Mapping[str, str]) -> Server:
    """Make a collector of devices, {name: URL}."""
    write_collector(folder, url, devices)
    command = (sys.executable, "-m", "picotemp_collector")
    file = _collector_file(folder)
    return Server(url, (*command, "--config", str(file)), folder / "collector.log")


def write_collector(folder: Path, url: str, devices: Mapping[str, str]) -> None:
    """Write its configuration, perhaps anew: a reload brings it into force."""
    lines = [
        f'[server]\nlisten = "{_place(url)}"\n[poll]',
        f"interval_seconds = {POLL_INTERVAL_SECONDS}",
        f"timeout_seconds = {POLL_TIMEOUT_SECONDS}",
        # No probe is answered with what a poll has just brought.
        "[probe]\nmax_age_seconds = 0",
        *(
            f'[[devices]]\nname = "{name}"\nurl = "{device}"'
            for name, device in devices.items()
        ),
    ]
    # Whole or not at all: the collector looks by itself too.
    unfinished = folder / "collector.toml.new"
    unfinished.write_text("\n".join(lines) + "\n")
    unfinished.replace(_collector_file(folder))


def alertmanager(folder: Path, url: str, program: str, document: Yaml) -> Server:
    """Make an Alertmanager that is alone."""
    file = _written(folder / "alertmanager.yml", document)
    command = (
        program,
        f"--config.file={file}",
        f"--storage.path={folder / 'alertmanager'}",
        f"--web.listen-address={_place(url)}",
        "--cluster.listen-address=",
    )
    return Server(url, command, folder / "alertmanager.log")


def prometheus(
    folder: Path,
    url: str,
    program: str,
    rules: Mapping[str, Yaml],
    scraped: str,
    told: str | None,
) -> Server:
    """Make a Prometheus that scrapes one URL and tells its alerts to another."""
    files = [_written(folder / name, document) for name, document in rules.items()]
    often = f"{int(SCRAPE_INTERVAL_SECONDS * 1000)}ms"
    document: Yaml = {
        "global": {
            "scrape_interval": often,
            "scrape_timeout": often,
            "evaluation_interval": often,
        },
        "rule_files": [str(file) for file in files],
        "alerting": {"alertmanagers": [_static(told)] if told else []},
        "scrape_configs": [{"job_name": JOB} | _static(scraped)],
    }
    command = (
        program,
        f"--config.file={_written(folder / 'prometheus.yml', document)}",
        f"--storage.tsdb.path={folder / 'prometheus'}",
        f"--web.listen-address={_place(url)}",
    )
    return Server(url, command, folder / "prometheus.log")


def _collector_file(folder: Path) -> Path:
    return folder / "collector.toml"


def _written(file: Path, document: Yaml) -> Path:
    file.write_text(json.dumps(document, indent=1))
    return file


def _static(url: str) -> dict[str, Yaml]:
    return {"static_configs": [{"targets": [_place(url)]}]}


def _place(url: str) -> str:
    return urlsplit(url).netloc
