"""In: overlays that the comments tell people to make. Out: they do what is said."""

import os
from pathlib import Path

import pytest

from collector.deploy.manifest_checks import CHECKS
from collector.deploy.manifest_files import KUBERNETES, Document, rendered
from collector.deploy.manifest_links import of_kind
from collector.deploy.manifest_mounts import mounted
from collector.deploy.manifest_pods import pods

CONFIG = '[[devices]]\nurl = "http://192.168.1.5"\n'
REPLACED = """
configMapGenerator:
  - name: picotemp-collector
    behavior: replace
    files: [collector.toml]
"""
FROM_A_REGISTRY = """
images:
  - name: picotemp-collector
    newName: registry.example/picotemp-collector
    newTag: 0.2.0
"""


def overlay(folder: Path, resources: list[str], more: str = "") -> list[Document]:
    """Give what becomes of resources below collector/deploy/kubernetes, and more."""
    named = [os.path.relpath(KUBERNETES / resource, folder) for resource in resources]
    text = f"namespace: picotemp\nresources: {named}\n{more}"
    (folder / "kustomization.yaml").write_text(text)
    return rendered(str(folder))


def configuration(documents: list[Document]) -> dict[str, str]:
    (pod,) = (pod for pod in pods(documents) if pod.name == "picotemp-collector")
    return mounted(documents, pod)


@pytest.mark.parametrize("base", ["base", "overlays/sharded", "overlays/k3s"])
def test_a_configuration_of_ones_own_takes_the_place_of_the_sample(
    tmp_path: Path, base: str
) -> None:
    (tmp_path / "collector.toml").write_text(CONFIG)
    documents = overlay(tmp_path, [base], REPLACED)
    assert configuration(documents) == {"/etc/picotemp/collector.toml": CONFIG}


@pytest.mark.parametrize("base", ["base", "overlays/sharded"])
def test_a_configuration_that_changes_starts_no_pod_anew(
    tmp_path: Path, base: str
) -> None:
    (tmp_path / "collector.toml").write_text(CONFIG)
    changed, before = overlay(tmp_path, [base], REPLACED), rendered(base)
    assert configuration(changed) != configuration(before)
    assert [*pods(changed)] == [*pods(before)]


def test_rules_that_change_start_prometheus_anew(tmp_path: Path) -> None:
    (tmp_path / "recording.yml").write_text("groups: []\n")
    more = REPLACED.replace("picotemp-collector", "prometheus-rules").replace(
        "collector.toml", "recording.yml"
    )
    more = more.replace("behavior: replace", "behavior: merge")
    changed = overlay(tmp_path, ["overlays/k3s"], more)
    differing = [
        after.name
        for after, before in zip(
            pods(changed), pods(rendered("overlays/k3s")), strict=True
        )
        if after != before
    ]
    assert differing == ["prometheus"]


def test_shards_and_the_prometheus_operator_go_together(tmp_path: Path) -> None:
    both = ["overlays/sharded", "overlays/prometheus-operator/monitors"]
    documents = overlay(tmp_path, both)
    assert [problem for check in CHECKS for problem in check(documents)] == []
    assert set(of_kind(documents, "ServiceMonitor")) == {"picotemp-collector"}
    # Each shard knows its own boards alone; the Service leads to any of them.
    assert of_kind(documents, "Probe") == {}


@pytest.mark.parametrize("base", ["base", "overlays/sharded", "overlays/k3s"])
def test_the_image_is_replaced_wherever_the_collector_runs(
    tmp_path: Path, base: str
) -> None:
    documents = overlay(tmp_path, [base], FROM_A_REGISTRY)
    images = [
        container["image"]
        for pod in pods(documents)
        for container in pod.containers
        if pod.name == "picotemp-collector"
    ]
    assert images == ["registry.example/picotemp-collector:0.2.0"]
