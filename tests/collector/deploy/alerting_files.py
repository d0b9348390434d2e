"""In: the shipped rules and their cases, as files. Out: both, parsed."""

from pathlib import Path
from typing import Any, TypeAlias

import yaml

DEPLOY = Path(__file__).parents[3] / "collector/deploy"
RECORDING = DEPLOY / "alerting/recording.yml"
ALERTS = DEPLOY / "alerting/alerts.yml"
ALERTMANAGER = DEPLOY / "alerting/alertmanager.yml"
RUNBOOK = DEPLOY / "RUNBOOK.md"
RULE_CASES = Path(__file__).parent / "rules"

Yaml: TypeAlias = dict[str, Any]


def loaded(path: Path) -> Yaml:
    """Give what a file of YAML holds."""
    document: Yaml = yaml.safe_load(path.read_text())
    return document


def alerts() -> dict[str, Yaml]:
    """Give the shipped alerts by name."""
    return _by_name(ALERTS, "alert")


def recordings() -> dict[str, Yaml]:
    """Give the shipped recording rules by the name of what they record."""
    return _by_name(RECORDING, "record")


def _by_name(path: Path, key: str) -> dict[str, Yaml]:
    groups = loaded(path)["groups"]
    return {rule[key]: rule for group in groups for rule in group["rules"]}
