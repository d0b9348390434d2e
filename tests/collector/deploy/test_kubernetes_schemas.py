"""In: manifests, three versions of Kubernetes. Out: each takes them, and no fault."""

from pathlib import Path

import pytest
from kubernetes_validate import utils as kubernetes  # type: ignore[import-untyped]

from collector.deploy.manifest_files import (
    APPLIED,
    GITOPS,
    KUBERNETES,
    Document,
    plain,
    rendered,
)

# Of those that the validator knows: the oldest that many have, one between, the newest.
VERSIONS = ("1.32", "1.34", "1.37")
# Kinds that others bring; their schemas are not among Kubernetes' own.
OTHERS = {
    "monitoring.coreos.com/v1": {"ServiceMonitor", "Probe", "PrometheusRule"},
    "argoproj.io/v1alpha1": {"Application"},
    "source.toolkit.fluxcd.io/v1": {"GitRepository"},
    "kustomize.toolkit.fluxcd.io/v1": {"Kustomization"},
}
PLAIN = list(plain())


def is_others(document: Document) -> bool:
    return document["kind"] in OTHERS.get(document["apiVersion"], ())


def name_of(value: object) -> str | None:
    if isinstance(value, tuple):
        file, document = value
        return f"{file.relative_to(KUBERNETES)}:{document['kind']}"
    return None


def test_there_is_something_to_validate() -> None:
    kinds = {document["kind"] for _, document in PLAIN if not is_others(document)}
    assert kinds == {
        *("Namespace", "ServiceAccount", "Deployment", "Service", "NetworkPolicy"),
        *("StatefulSet", "PodDisruptionBudget", "PersistentVolumeClaim"),
    }


@pytest.mark.parametrize("version", VERSIONS)
@pytest.mark.parametrize("written", PLAIN, ids=name_of)
def test_a_manifest_is_valid_as_it_is_written(
    written: tuple[Path, Document], version: str
) -> None:
    validate(written[1], version)


@pytest.mark.parametrize("folder", [*APPLIED, *GITOPS])
def test_a_manifest_is_valid_as_it_is_rendered(folder: str) -> None:
    for document in rendered(folder):
        validate(document, VERSIONS[-1])


@pytest.mark.parametrize("version", VERSIONS)
def test_a_fault_is_found(version: str) -> None:
    deployment = next(d for _, d in PLAIN if d["kind"] == "Deployment")
    validate(deployment, version)
    for spec in (
        {**deployment["spec"], "replcas": 1},
        {**deployment["spec"], "replicas": "one"},
        {key: value for key, value in deployment["spec"].items() if key != "selector"},
    ):
        with pytest.raises(kubernetes.ValidationError):
            validate({**deployment, "spec": spec}, version)


@pytest.mark.parametrize("version", VERSIONS)
def test_a_kind_that_nobody_knows_is_found(version: str) -> None:
    with pytest.raises(kubernetes.SchemaNotFoundError):
        validate({"apiVersion": "v1", "kind": "ConfigMop", "metadata": {}}, version)


def validate(document: Document, version: str) -> None:
    """Raise what is wrong with a document; those of others are not Kubernetes' own."""
    if not is_others(document):
        assert kubernetes.validate(document, version, strict=True) == version
