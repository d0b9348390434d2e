"""In: rules or a configuration of Prometheus or Alertmanager. Out: the same, quicker.

Durations alone are divided: those of certain keys, and in expressions the ranges in
[..] and offsets. Names, thresholds and labels stay as they are.
"""

import re
from typing import Any, TypeAlias

from .duration import DURATION, divided

# What a YAML file may hold.
Yaml: TypeAlias = Any

DURATION_KEYS = frozenset(
    {
        "for",
        "keep_firing_for",
        "interval",
        "query_offset",
        "scrape_interval",
        "scrape_timeout",
        "evaluation_interval",
        "rule_query_offset",
        "resolve_timeout",
        "group_wait",
        "group_interval",
        "repeat_interval",
    }
)
# Their keys are people's own words.
FREE_KEYS = frozenset({"labels", "annotations", "external_labels"})
EXPRESSION_KEY = "expr"

# What looks like a range in a string or in a comment is none.
UNTOUCHED = r""""(?:\\.|[^"\\])*"|'(?:\\.|[^'\\])*'|`[^`]*`|\#[^\n]*"""
TIMED = re.compile(
    rf"""(?P<untouched>{UNTOUCHED})
    | \[ \s* (?P<range>[^\]:]*?) \s* (?: (?P<colon>:) \s* (?P<step>[^\]]*?) \s* )? \]
    | (?P<offset>\b offset \s+ -? \s*) (?P<moved>{DURATION})""",
    re.VERBOSE | re.IGNORECASE,
)


def hurried(document: Yaml, divisor: int) -> Yaml:
    """Divide its durations; ValueError where one cannot be divided without rest."""
    if isinstance(document, list):
        return [hurried(item, divisor) for item in document]
    if isinstance(document, dict):
        return {key: _value(key, item, divisor) for key, item in document.items()}
    return document


def _value(key: object, value: Yaml, divisor: int) -> Yaml:
    if key in FREE_KEYS:
        return value
    if key in DURATION_KEYS:
        return divided(str(value), divisor)
    if key == EXPRESSION_KEY:
        return _expression(str(value), divisor)
    return hurried(value, divisor)


def _expression(expression: str, divisor: int) -> str:
    def quicker(found: re.Match[str]) -> str:
        if found["untouched"] is not None:
            return found[0]
        if found["offset"] is not None:
            return found["offset"] + divided(found["moved"], divisor)
        step = divided(found["step"], divisor) if found["step"] else ""
        return f"[{divided(found['range'], divisor)}{found['colon'] or ''}{step}]"

    return TIMED.sub(quicker, expression)
