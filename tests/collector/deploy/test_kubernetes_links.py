"""In: each folder that `kubectl apply -k` takes. Out: nothing in it is wrong."""

import json

import pytest

from collector.deploy.manifest_checks import CHECKS
from collector.deploy.manifest_files import (
    APPLIED,
    GITOPS,
    KUBERNETES,
    Document,
    is_new_enough,
    rendered,
)
from collector.deploy.manifest_links import Check, of_kind
from collector.deploy.manifest_pods import pods
from collector.deploy.manifest_shapes import SHAPES, others_have_their_shapes

NAMESPACE = "picotemp"
# Of an object, all of it is written into one annotation by `kubectl apply`.
MOST_BYTES = 262_144


@pytest.mark.parametrize("folder", APPLIED)
@pytest.mark.parametrize("check", CHECKS, ids=lambda check: check.__name__)
def test_nothing_points_at_nothing(folder: str, check: Check) -> None:
    assert check(rendered(folder)) == []


@pytest.mark.parametrize("folder", APPLIED)
def test_everything_is_in_the_one_namespace(folder: str) -> None:
    documents = rendered(folder)
    assert {
        document["metadata"].get("namespace")
        for document in documents
        if document["kind"] != "Namespace"
    } == {NAMESPACE}
    assert set(of_kind(documents, "Namespace")) == {NAMESPACE}


@pytest.mark.parametrize("folder", APPLIED)
def test_everything_has_the_labels_by_which_it_is_found(folder: str) -> None:
    for document in rendered(folder):
        labels = document["metadata"]["labels"]
        assert labels["app.kubernetes.io/part-of"] == "picotemp"
        assert labels["app.kubernetes.io/managed-by"] == "kustomize"
        if document["kind"] != "ConfigMap":
            assert labels["app.kubernetes.io/name"]


@pytest.mark.parametrize("folder", APPLIED)
def test_everything_fits_into_what_kubectl_remembers_of_it(folder: str) -> None:
    for document in rendered(folder):
        assert len(json.dumps(document)) < MOST_BYTES * 0.9, document["metadata"]


@pytest.mark.parametrize("folder", APPLIED)
def test_the_namespace_refuses_what_is_not_restricted(folder: str) -> None:
    namespace = of_kind(rendered(folder), "Namespace")[NAMESPACE]
    key = "pod-security.kubernetes.io/enforce"
    assert namespace["metadata"]["labels"][key] == "restricted"


def test_a_version_is_the_tag_of_its_image() -> None:
    for pod in pods(rendered("overlays/k3s")):
        (container,) = pod.containers
        tag = container["image"].rpartition(":")[2].removeprefix("v")
        assert pod.labels["app.kubernetes.io/version"] == tag


@pytest.mark.parametrize("folder", GITOPS)
def test_what_argo_cd_and_flux_read_is_of_the_shape_they_know(folder: str) -> None:
    documents = rendered(folder)
    kinds = [f"{document['apiVersion']} {document['kind']}" for document in documents]
    assert set(kinds) <= set(SHAPES)
    assert others_have_their_shapes(documents) == []
    documents[0]["spec"]["sorce"] = {}
    assert len(others_have_their_shapes(documents)) == 1


@pytest.mark.parametrize("folder", GITOPS)
def test_what_a_cluster_is_to_follow_is_a_folder_that_is_rendered(folder: str) -> None:
    documents = rendered(folder)
    followed = [_followed(d) for d in documents if d["kind"] != "GitRepository"]
    assert followed == ["overlays/k3s"]
    repository = _repository(documents)
    assert repository == "https://git.example/picotemp.git", "nobody's address"


def test_flux_follows_the_repository_that_it_is_told_of() -> None:
    documents = rendered("samples/flux")
    (sync,) = of_kind(documents, "Kustomization").values()
    reference = sync["spec"]["sourceRef"]
    (repository,) = of_kind(documents, reference["kind"]).values()
    assert reference == {
        "kind": "GitRepository",
        "name": repository["metadata"]["name"],
    }
    assert sync["metadata"]["namespace"] == repository["metadata"]["namespace"]


def test_argo_cd_puts_it_into_the_one_namespace() -> None:
    (application,) = rendered("samples/argocd")
    assert application["metadata"]["namespace"] == "argocd"
    assert application["spec"]["destination"]["namespace"] == NAMESPACE


def test_a_private_registry_is_asked_for_our_image_alone() -> None:
    documents = rendered("samples/private-registry")
    (pod,) = pods(documents)
    image = "registry.example/picotemp-collector:0.1.0"
    assert [container["image"] for container in pod.containers] == [image]
    account = of_kind(documents, "ServiceAccount")[pod.spec["serviceAccountName"]]
    assert account["imagePullSecrets"] == [{"name": "registry-credentials"}]


@pytest.mark.parametrize("folder", [*APPLIED, *GITOPS])
def test_no_secret_is_in_the_repository(folder: str) -> None:
    assert of_kind(rendered(folder), "Secret") == {}


def test_what_was_never_run_is_said_to_be_so() -> None:
    for file in KUBERNETES.rglob("kustomization.yaml"):
        text = " ".join(file.read_text().replace("#", " ").split())
        assert "never run " in text, file


@pytest.mark.parametrize(
    ("minor", "is_new"),
    [("20", False), ("26", False), ("27", True), ("32+", True), ("100", True)],
)
def test_a_kubectl_that_is_too_old_is_told_by_its_version(
    minor: str, is_new: bool
) -> None:
    answer = f'{{"clientVersion": {{"major": "1", "minor": "{minor}"}}}}'
    assert is_new_enough(answer) is is_new


def _followed(document: Document) -> str:
    spec = document["spec"]
    path = spec.get("path") or spec["source"]["path"]
    return str(path).removeprefix("./").removeprefix("collector/deploy/kubernetes/")


def _repository(documents: list[Document]) -> str:
    for document in documents:
        spec = document["spec"]
        url = spec.get("url") or spec.get("source", {}).get("repoURL")
        if url:
            return str(url)
    return ""
