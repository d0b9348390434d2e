"""In: collector/deploy/kubernetes. Out: its documents, as written or as rendered."""

import copy
import functools
import json
import shutil
import subprocess
from pathlib import Path
from typing import Any, TypeAlias

import pytest
import yaml

ROOT = Path(__file__).parents[3]
DEPLOY = ROOT / "collector/deploy"
KUBERNETES = DEPLOY / "kubernetes"
# Folders that `kubectl apply -k` takes.
APPLIED = (
    "base",
    "overlays/k3s",
    "overlays/prometheus-operator",
    "overlays/sharded",
    "samples/private-registry",
)
GITOPS = ("samples/argocd", "samples/flux")
OLDEST_KUBECTL = (1, 27)
# The one skip that CI permits.
NO_KUBECTL = "kubectl 1.27 or newer is not on PATH"

Document: TypeAlias = dict[str, Any]


def is_manifest(document: object) -> bool:
    """Tell what goes to a cluster from what kustomize and programs read."""
    return (
        isinstance(document, dict)
        and {"apiVersion", "kind"} <= set(document)
        and not document["apiVersion"].startswith("kustomize.config.k8s.io/")
    )


def plain() -> list[tuple[Path, Document]]:
    """Give every manifest as it is written, with its file; a copy of one's own."""
    return copy.deepcopy(_plain())


def rendered(folder: str) -> list[Document]:
    """Give what kubectl makes of a folder, or skip; a copy of one's own."""
    if not can_kustomize():
        pytest.skip(NO_KUBECTL)
    return copy.deepcopy(_rendered(KUBERNETES / folder))


@functools.cache
def can_kustomize() -> bool:
    """Tell whether there is a kubectl new enough."""
    if shutil.which("kubectl") is None:
        return False
    answer = subprocess.run(
        ["kubectl", "version", "--client", "-o", "json"],
        capture_output=True,
        text=True,
    )
    return answer.returncode == 0 and is_new_enough(answer.stdout)


def is_new_enough(answer: str) -> bool:
    """Judge what `kubectl version --client -o json` says."""
    version = json.loads(answer)["clientVersion"]
    # Minor may be "27+".
    numbers = int(version["major"]), int(version["minor"].rstrip("+"))
    return numbers >= OLDEST_KUBECTL


@functools.cache
def _rendered(folder: Path) -> list[Document]:
    answer = subprocess.run(
        ["kubectl", "kustomize", str(folder)], capture_output=True, text=True
    )
    # kustomize warns on stderr of what is deprecated.
    assert (answer.returncode, answer.stderr) == (0, ""), answer.stderr
    return _documents(answer.stdout)


@functools.cache
def _plain() -> list[tuple[Path, Document]]:
    return [
        (file, document)
        for file in sorted(KUBERNETES.rglob("*.yaml"))
        for document in _documents(file.read_text())
        if is_manifest(document)
    ]


def _documents(text: str) -> list[Document]:
    # The loader in C takes a tenth of the time.
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    return list(yaml.load_all(text, loader))
