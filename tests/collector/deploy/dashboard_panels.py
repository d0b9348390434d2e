"""In: the committed dashboard. Out: its panels, and their queries as Grafana asks."""

import json
import re
from pathlib import Path
from typing import Any

from attrs import frozen

FILE = Path(__file__).parents[3] / "collector/deploy/grafana/picotemp.json"
# In this order: texts, labels, ranges, groupings, operators.
NO_METRICS = (
    r'"[^"]*"',
    r"\{[^}]*\}",
    r"\[[^\]]*\]",
    r"\bby \([^)]*\)",
    r"\b(?:and|or|unless)\b",
)
UNITS = ("celsius", "fahrenheit")


@frozen
class Query:
    """A panel's query by its name, and the kind of answer it wants."""

    panel: str
    name: str
    expression: str

    @property
    def is_of_one_unit(self) -> bool:
        return "$unit" in self.expression


def dashboard() -> dict[str, Any]:
    """Give the whole file."""
    parsed: dict[str, Any] = json.loads(FILE.read_text(encoding="utf-8"))
    return parsed


def panels() -> list[dict[str, Any]]:
    """Give what is drawn; rows are only headings."""
    return [panel for panel in dashboard()["panels"] if panel["type"] != "row"]


def queries() -> list[Query]:
    """Give every query of every panel."""
    return [
        Query(panel["title"], target["refId"], target["expr"])
        for panel in panels()
        for target in panel["targets"]
    ]


def asked(expression: str, **variables: str) -> str:
    """Put variables in as Grafana does; one that is left makes no expression."""
    for name, value in variables.items():
        expression = re.sub(rf"\$(?:{name}\b|\{{{name}\}})", value, expression)
    assert "$" not in expression, expression
    return expression


def metrics(expression: str) -> set[str]:
    """Give the names of the metrics in an expression."""
    for no_metric in NO_METRICS:
        expression = re.sub(no_metric, "", expression)
    return set(re.findall(r"[a-zA-Z_:][\w:]*(?![\w:]|\s*\()", expression))
