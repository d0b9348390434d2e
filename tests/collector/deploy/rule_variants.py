"""In: rules and their cases. Out: rules with one threshold changed, and cases for each.

All of them stand beside one another, each under a name of its own, so that one run of
promtool tries them all.
"""

import json
from collections.abc import Iterator, Mapping, Sequence

from attrs import frozen

from collector.deploy.alerting_files import Yaml
from collector.deploy.rule_mutation import mutations

GROUP = "variants"
CASES = ("alert_rule_test", "promql_expr_test")


@frozen
class Variant:
    """A rule under a name of its own, and what was done to it: "" for nothing."""

    of: str
    name: str
    change: str
    rule: Yaml


def variants(rules: Mapping[str, Yaml]) -> Iterator[Variant]:
    """Give each rule as it is, and with each of its thresholds changed."""
    for of, rule in rules.items():
        key = "alert" if "alert" in rule else "record"
        changed = [("", rule), *mutations(rule)]
        for number, (change, one) in enumerate(changed):
            name = f"{of}_{number}_"
            yield Variant(of, name, change, {**one, key: name})


def rules_with(recording: Yaml, cases: Yaml, tried: Sequence[Variant]) -> Yaml:
    """Give a file of rules: what is recorded for these cases, then the variants."""
    order = cases.get("group_eval_order", ())
    recorded = [group for group in recording["groups"] if group["name"] in order]
    rules = [variant.rule for variant in tried]
    return {"groups": [*recorded, {"name": GROUP, "rules": rules}]}


def cases_with(cases: Yaml, tried: Sequence[Variant], rule_file: str) -> Yaml:
    """Give the same cases for each variant."""
    order = [*cases.get("group_eval_order", ()), GROUP]
    tests = [
        {**test, **{kind: list(_cases(test.get(kind, ()), tried)) for kind in CASES}}
        for test in cases["tests"]
    ]
    changed = {"rule_files": [rule_file], "group_eval_order": order, "tests": tests}
    return {**cases, **changed}


def _cases(cases: Sequence[Yaml], tried: Sequence[Variant]) -> Iterator[Yaml]:
    for text in map(json.dumps, cases):
        for variant in tried:
            if variant.of in text:
                yield json.loads(text.replace(variant.of, variant.name))
