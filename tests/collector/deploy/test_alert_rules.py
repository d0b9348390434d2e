"""In: the shipped rules. Out: they load, hold in every case, and say what to do."""

import re
import subprocess
from pathlib import Path

import pytest

from collector.deploy.alerting_files import (
    ALERTS,
    RECORDING,
    RULE_CASES,
    RUNBOOK,
    Yaml,
    alerts,
    loaded,
)
from real_servers import program

FIRING = "firing"
KINDS = {FIRING, "not firing", "flapping", "absent"}
SEVERITIES = {"critical", "warning", "info"}
ALERTS_BY_NAME = list(alerts().items())


def test_promtool_finds_nothing_wrong_with_the_rules() -> None:
    subprocess.run(
        [program("promtool"), "check", "rules", RECORDING, ALERTS], check=True
    )


def test_every_case_of_every_rule_holds() -> None:
    files = sorted(RULE_CASES.glob("*.test.yml"))
    ran = subprocess.run(
        [program("promtool"), "test", "rules", *files], capture_output=True, check=False
    )
    assert ran.returncode == 0, ran.stderr.decode()
    assert ran.stdout.count(b"SUCCESS") == len(files)


@pytest.mark.parametrize("name", alerts())
def test_every_alert_has_cases_of_each_kind(name: str) -> None:
    tests = loaded(RULE_CASES / f"{name}.test.yml")["tests"]
    kinds = [test["name"].partition(":")[0] for test in tests]
    assert set(kinds) == KINDS
    # The whole of what is told stands in one of those that fire.
    firing = [test for test, kind in zip(tests, kinds, strict=True) if kind == FIRING]
    cases = [case for test in firing for case in test.get("alert_rule_test", ())]
    assert any(case["exp_alerts"] for case in cases)
    assert any(not case["exp_alerts"] for case in cases)


def test_no_file_of_cases_is_left_of_an_alert_that_is_gone() -> None:
    named = {path.name.removesuffix(".test.yml") for path in RULE_CASES.iterdir()}
    assert named - {"recording", "recording_month"} == set(alerts())


@pytest.mark.parametrize(("name", "alert"), ALERTS_BY_NAME)
def test_every_alert_says_how_bad_it_is_what_it_is_and_what_to_do(
    name: str, alert: Yaml
) -> None:
    assert alert["labels"]["severity"] in SEVERITIES
    told = alert["annotations"]
    assert set(told) == {"summary", "description", "runbook_url"}
    assert told["runbook_url"] == f"collector/deploy/RUNBOOK.md#{name.lower()}"
    assert all("\n" not in text and text for text in told.values())
    is_of_a_board = name.startswith("Pico") and not name.startswith("Picotemp")
    assert ("{{ $labels.device }}" in told["summary"]) == is_of_a_board


def test_the_runbook_has_a_section_of_each_alert_and_of_nothing_else() -> None:
    sections = re.findall(r"^### (\S+)$", RUNBOOK.read_text(), re.MULTILINE)
    assert sections == list(alerts())


def test_an_average_is_told_when_half_of_its_window_is_known() -> None:
    groups = {group["name"]: group for group in loaded(RECORDING)["groups"]}
    pace_seconds = int(groups["picotemp-boards"]["interval"].removesuffix("s"))
    asked = [
        re.search(r"count_over_time\(device:pico_up:max\[(\d+)h\]\) >= (\d+)", expr)
        for name, alert in ALERTS_BY_NAME
        if name.startswith("PicoAvailability") and (expr := alert["expr"])
    ]
    assert [
        (int(found[1]), int(found[2]) * pace_seconds / 3600) for found in asked if found
    ] == [(1, 0.5), (6, 3)]


@pytest.mark.parametrize("path", [RECORDING, ALERTS], ids=lambda path: path.name)
def test_groups_have_names_and_paces_of_their_own(path: Path) -> None:
    groups = loaded(path)["groups"]
    assert all(group["name"].startswith("picotemp-") for group in groups)
    assert all("interval" in group for group in groups)
