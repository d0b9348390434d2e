"""In: the manifests of a sharded collector. Out: every pod has a shard of its own."""

import re
import tomllib
from typing import Any

import pytest
from click.testing import CliRunner

from collector.deploy.manifest_files import KUBERNETES, Document, plain, rendered
from collector.deploy.manifest_links import of_kind
from picotemp_collector.cli import main

CONFIG = KUBERNETES / "base/collector.toml"
SHARDS = 3
OF_SHARDS = {"topologySpreadConstraints"}


def stateful_set() -> Document:
    spec: Document = only("StatefulSet")["spec"]
    return spec


def only(kind: str) -> Document:
    name = "picotemp-collector"
    return of_kind([document for _, document in plain()], kind)[name]


def pod_of(spec: Document) -> dict[str, Any]:
    pod: dict[str, Any] = spec["template"]["spec"]
    return pod


def variables() -> list[Document]:
    (container,) = pod_of(stateful_set())["containers"]
    found: list[Document] = container["env"]
    return found


def environment_of(index: int) -> dict[str, str]:
    """Give the variables as the kubelet sets them: each may name those before it."""
    label = {"metadata.labels['apps.kubernetes.io/pod-index']": str(index)}
    known: dict[str, str] = {}
    for variable in variables():
        if "valueFrom" in variable:
            value = label[variable["valueFrom"]["fieldRef"]["fieldPath"]]
        else:
            value = re.sub(r"\$\((\w+)\)", lambda m: known[m[1]], variable["value"])
        known[variable["name"]] = value
    return known


def test_there_are_as_many_pods_as_shards() -> None:
    assert environment_of(0)["PICOTEMP_POLL_SHARD"] == f"0/{SHARDS}"
    assert stateful_set()["replicas"] == SHARDS


@pytest.mark.parametrize("index", range(SHARDS))
def test_the_collector_takes_the_shard_of_its_pod(index: int) -> None:
    environment = {"PICO_SERVER_URL": "", **environment_of(index)}
    result = CliRunner().invoke(
        main, ["--config", str(CONFIG), "--check-config"], env=environment
    )
    assert (result.exit_code, result.stderr) == (0, "")
    assert tomllib.loads(result.stdout)["poll"]["shard"] == f"{index}/{SHARDS}"


def test_a_number_that_is_not_there_is_refused() -> None:
    # As where Kubernetes is too old to label a pod with its number.
    environment = {"PICO_SERVER_URL": "", "PICOTEMP_POLL_SHARD": "/3"}
    result = CliRunner().invoke(
        main, ["--config", str(CONFIG), "--check-config"], env=environment
    )
    assert result.exit_code == 2
    assert "PICOTEMP_POLL_SHARD" in result.stderr


def test_but_for_the_shards_a_pod_is_that_of_the_base() -> None:
    sharded, base = pod_of(stateful_set()), pod_of(only("Deployment")["spec"])
    assert set(sharded) - set(base) == OF_SHARDS
    for name in OF_SHARDS:
        del sharded[name]
    assert "env" not in base["containers"][0]
    del sharded["containers"][0]["env"]
    assert sharded == base
    for key in ("metadata", "selector"):
        both = [only(kind)["spec"] for kind in ("StatefulSet", "Deployment")]
        found = [spec.get(key, spec["template"].get(key)) for spec in both]
        assert found[0] == found[1]


def test_shards_are_in_the_place_of_the_one_collector() -> None:
    documents = rendered("overlays/sharded")
    assert of_kind(documents, "Deployment") == {}
    assert set(of_kind(documents, "StatefulSet")) == {"picotemp-collector"}


def test_a_node_that_is_drained_takes_one_shard_at_a_time() -> None:
    assert only("PodDisruptionBudget")["spec"]["maxUnavailable"] == 1


def test_a_single_collector_keeps_nobody_from_draining_a_node() -> None:
    assert of_kind(rendered("base"), "PodDisruptionBudget") == {}
