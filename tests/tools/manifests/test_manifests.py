"""In: the rules of alerting/, a manifest. Out: the same rules in it, or drift."""

from pathlib import Path

import yaml
from click.testing import CliRunner, Result
from hypothesis import given, settings
from hypothesis import strategies as st

from picotemp_tools.manifests.__main__ import MANIFEST, RULES, main
from picotemp_tools.manifests.prometheus_rule import HEADER, Group, text

# What the operator's PrometheusRule may have, of what Prometheus 2.42 knows.
OF_A_GROUP = {"name", "interval", "limit", "rules"}
OF_AN_ALERT = {"alert", "expr", "for", "keep_firing_for", "labels", "annotations"}
OF_A_RECORD = {"record", "expr", "labels"}
words = st.text(st.characters(exclude_categories=["Cs", "Cc"], include_characters="\n"))
rules = st.fixed_dictionaries(
    {"alert": words, "expr": words, "annotations": st.dictionaries(words, words)}
)


def run(*arguments: str | Path) -> Result:
    return CliRunner().invoke(main, [str(argument) for argument in arguments])


def groups_of(file: Path) -> list[Group]:
    found: list[Group] = yaml.safe_load(file.read_text())["groups"]
    return found


def test_the_manifest_has_the_tested_rules_and_no_others() -> None:
    tested = [group for file in RULES for group in groups_of(file)]
    assert yaml.safe_load(MANIFEST.read_text())["spec"] == {"groups": tested}


def test_the_manifest_is_what_is_written_from_the_rules(tmp_path: Path) -> None:
    file = tmp_path / "rule.yaml"
    assert run(file).exit_code == 0
    assert file.read_bytes() == MANIFEST.read_bytes()
    assert run("--check").exit_code == 0


def test_drift_is_told_and_nothing_is_written(tmp_path: Path) -> None:
    file = tmp_path / "rule.yaml"
    changed = MANIFEST.read_text().replace("alert: PicoDown\n", "alert: PicoUp\n")
    for content in (None, changed):
        if content is not None:
            file.write_text(content)
        result = run("--check", file)
        assert result.exit_code == 1
        assert result.stderr == (
            f"{file} differs from the rules in collector/deploy/alerting/:"
            " run make manifests\n"
        )
        assert (file.read_text() if file.exists() else None) == content


def test_the_rules_have_no_key_that_the_operator_does_not_know() -> None:
    names = []
    for group in (group for file in RULES for group in groups_of(file)):
        names.append(group["name"])
        assert set(group) <= OF_A_GROUP
        for rule in group["rules"]:
            assert set(rule) <= (OF_AN_ALERT if "alert" in rule else OF_A_RECORD)
    assert len(names) == len(set(names)), "two groups of one name"


@settings(max_examples=30, deadline=None)
@given(st.lists(rules, max_size=3))
def test_whatever_a_rule_says_the_manifest_says(found: list[Group]) -> None:
    groups = [{"name": "a", "rules": found}]
    written = text(groups)
    assert written.startswith(HEADER)
    assert yaml.safe_load(written)["spec"]["groups"] == groups


def test_what_is_said_twice_is_written_twice() -> None:
    labels = {"severity": "warning"}
    group = {"name": "a", "rules": [{"labels": labels}, {"labels": labels}]}
    assert text([group]).count("severity: warning") == 2


def test_an_expression_of_several_lines_stays_one() -> None:
    group = {"name": "a", "rules": [{"record": "b", "expr": "up\n  or down\n"}]}
    assert "expr: |\n        up\n          or down\n" in text([group])
