"""In: a rule. Out: the same with one threshold, range or `for` changed, each way."""

import re
from collections.abc import Iterator

from collector.deploy.alerting_files import Yaml

SECONDS = {"s": 1, "m": 60, "h": 3600, "d": 86400}
# Names hold digits too (avg5m), and so do labels.
THRESHOLD = re.compile(
    r"""(?P<label>"[^"]*")
    | \[ (?P<range>\d+[smhd]) \]
    | (?P<equal>== \s* \d+)
    | (?<![\w:.]) (?P<number>-?\d+(?:\.\d+)?) (?![\w:.])""",
    re.VERBOSE,
)


def mutations(rule: Yaml) -> Iterator[tuple[str, Yaml]]:
    """Give what was changed, and the rule with it."""
    expression = rule["expr"]
    for found in THRESHOLD.finditer(expression):
        kind = found.lastgroup or ""
        start, end = found.span(kind)
        for other in _others(kind, found[kind]):
            changed = expression[:start] + other + expression[end:]
            yield f"{found[kind]} to {other}: {changed}", {**rule, "expr": changed}
    if "for" in rule:
        for other in _others("range", rule["for"]):
            yield f"for {rule['for']} to {other}", {**rule, "for": other}


def _others(kind: str, value: str) -> tuple[str, ...]:
    if kind == "range":
        seconds = int(value[:-1]) * SECONDS[value[-1]]
        return f"{2 * seconds}s", f"{seconds // 2}s"
    if kind == "equal":
        return ("== 7",)
    if kind == "number":
        number = float(value)
        return (f"{number * 1.25:g}", f"{number * 0.8:g}") if number else ("3",)
    return ()
