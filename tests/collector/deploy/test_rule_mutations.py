"""In: each threshold of each shipped rule, changed. Out: a case that notices."""

import json
import subprocess
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path

from attrs import frozen

from collector.deploy.alerting_files import (
    RECORDING,
    RULE_CASES,
    Yaml,
    alerts,
    loaded,
    recordings,
)
from collector.deploy.rule_variants import Variant, cases_with, rules_with, variants
from real_servers import program

THREADS = 3


@frozen
class Tried:
    """Variants of rules, and what promtool says of their cases."""

    variants: Sequence[Variant]
    said: str


def test_each_changed_threshold_is_noticed_by_a_case(tmp_path: Path) -> None:
    files = sorted(RULE_CASES.glob("*.test.yml"))
    with ThreadPoolExecutor(THREADS) as threads:
        runs = list(threads.map(partial(tried, program("promtool"), tmp_path), files))
    judged = [
        (variant, variant.name in run.said) for run in runs for variant in run.variants
    ]
    as_shipped = {variant.of for variant, _ in judged if not variant.change}
    assert as_shipped == {*alerts(), *recordings()}
    assert len(judged) - len(as_shipped) >= 100
    wrong = [
        f"{variant.of}: {variant.change or 'as shipped'}"
        for variant, is_noticed in judged
        if is_noticed != bool(variant.change)
    ]
    assert wrong == []


def tried(promtool: str, folder: Path, cases: Path) -> Tried:
    """Let promtool try every variant of the rules that a file has cases of."""
    found = list(variants(_rules_of(cases)))
    rule_file, case_file = folder / f"rules.{cases.name}", folder / cases.name
    shipped, recording = loaded(cases), loaded(RECORDING)
    rule_file.write_text(json.dumps(rules_with(recording, shipped, found)))
    case_file.write_text(json.dumps(cases_with(shipped, found, str(rule_file))))
    ran = subprocess.run(
        [promtool, "test", "rules", case_file], capture_output=True, check=False
    )
    said = ran.stderr.decode()
    # It does so of a case that does not hold; not of a file that it cannot read.
    assert "exp:" in said, said
    return Tried(found, said)


def _rules_of(cases: Path) -> dict[str, Yaml]:
    text = cases.read_text()
    rules = {**alerts(), **recordings()}
    named = cases.name.removesuffix(".test.yml")
    return {
        name: rule
        for name, rule in rules.items()
        if name == named or (named.startswith("recording") and name in text)
    }
