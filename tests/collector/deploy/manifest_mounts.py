"""In: documents for a cluster. Out: which files each pod sees, and what is missing."""

import re
from collections.abc import Iterator, Sequence
from pathlib import Path, PurePosixPath

from collector.deploy.manifest_files import KUBERNETES, Document
from collector.deploy.manifest_links import of_kind
from collector.deploy.manifest_pods import Pod, pods

FILE = re.compile(r"(?:^|=)(/[\w./*-]+\.\w+)$")


def mounted(documents: Sequence[Document], pod: Pod) -> dict[str, str]:
    """Give the files that ConfigMaps bring into a pod: path and text."""
    folders = {
        mount["name"]: mount["mountPath"]
        for container in pod.containers
        for mount in container.get("volumeMounts", [])
    }
    maps = of_kind(documents, "ConfigMap")
    return {
        str(PurePosixPath(folders[volume["name"]], path)): text
        for volume in pod.spec.get("volumes", [])
        if volume["name"] in folders
        for source in _sources(volume)
        for path, text in _files(source, maps)
    }


def settings(documents: Sequence[Document], pod: Pod) -> dict[str, str]:
    """Give the variables of a pod whose values stand in the documents."""
    maps = of_kind(documents, "ConfigMap")
    found: dict[str, str] = {}
    for container in pod.containers:
        for origin in container.get("envFrom", []):
            name = origin.get("configMapRef", {}).get("name")
            found |= maps.get(name, {}).get("data", {})
        for variable in container.get("env", []):
            found[variable["name"]] = variable.get("value", "")
    return found


def write(files: dict[str, str], root: Path) -> None:
    """Put files below a folder as they would lie below /."""
    for path, text in files.items():
        file = root / path.lstrip("/")
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text)


def arguments_name_files_that_are_there(documents: Sequence[Document]) -> list[str]:
    """Every file that a program is told of is mounted."""
    return [
        f"{pod.name}: there is no {found[1]}"
        for pod in pods(documents)
        for container in pod.containers
        for told in (*container.get("args", []), *settings(documents, pod).values())
        if (found := FILE.search(told)) and found[1] not in mounted(documents, pod)
    ]


def volumes_are_mounted(documents: Sequence[Document]) -> list[str]:
    """Each volume of a pod is mounted, and each mount has its volume."""
    problems = []
    for pod in pods(documents):
        volumes = {volume["name"] for volume in pod.spec.get("volumes", [])}
        mounts = {
            mount["name"]
            for container in pod.containers
            for mount in container.get("volumeMounts", [])
        }
        problems += [f"{pod.name}: volume {name}" for name in sorted(volumes ^ mounts)]
    return problems


def what_pods_name_exists(documents: Sequence[Document]) -> list[str]:
    """Each ConfigMap with its keys, volume, account; each Secret, or how to make it."""
    problems = []
    for pod in pods(documents):
        for kind, name in _named(documents, pod):
            is_there = name in of_kind(documents, kind)
            if not is_there and not (kind == "Secret" and is_told_of(name)):
                problems.append(f"{pod.name}: there is no {kind} {name}")
        problems += [f"{pod.name}: {problem}" for problem in _keys(documents, pod)]
    return problems


def is_told_of(secret: str) -> bool:
    """Tell whether some file says by which command a Secret is made."""
    command = re.compile(rf"create secret \S+ {re.escape(secret)}\s")
    return any(command.search(f.read_text()) for f in KUBERNETES.rglob("*.yaml"))


def _named(documents: Sequence[Document], pod: Pod) -> Iterator[tuple[str, str]]:
    account = pod.spec["serviceAccountName"]
    yield "ServiceAccount", account
    for secret in _pull_secrets(documents, account):
        yield "Secret", secret
    for volume in pod.spec.get("volumes", []):
        for source in _sources(volume):
            if "configMap" in source:
                yield "ConfigMap", source["configMap"]["name"]
            if "secret" in source:
                of_volume = source["secret"]
                yield "Secret", of_volume.get("name") or of_volume["secretName"]
            if "persistentVolumeClaim" in source:
                claim = source["persistentVolumeClaim"]["claimName"]
                yield "PersistentVolumeClaim", claim
    for container in pod.containers:
        for origin in container.get("envFrom", []):
            if "configMapRef" in origin:
                yield "ConfigMap", origin["configMapRef"]["name"]
            if "secretRef" in origin:
                yield "Secret", origin["secretRef"]["name"]
        for variable in container.get("env", []):
            if "secretKeyRef" in variable.get("valueFrom", {}):
                yield "Secret", variable["valueFrom"]["secretKeyRef"]["name"]


def _keys(documents: Sequence[Document], pod: Pod) -> Iterator[str]:
    maps = of_kind(documents, "ConfigMap")
    for volume in pod.spec.get("volumes", []):
        for source in _sources(volume):
            given = source.get("configMap", {})
            data = maps.get(given.get("name"), {}).get("data", {})
            for item in given.get("items", []):
                if item["key"] not in data:
                    yield f"ConfigMap {given['name']} has no {item['key']}"


def _pull_secrets(documents: Sequence[Document], account: str) -> list[str]:
    found = of_kind(documents, "ServiceAccount").get(account, {})
    return [secret["name"] for secret in found.get("imagePullSecrets", [])]


def _sources(volume: Document) -> list[Document]:
    projected = volume.get("projected")
    found: list[Document] = projected["sources"] if projected else [volume]
    return found


def _files(source: Document, maps: dict[str, Document]) -> Iterator[tuple[str, str]]:
    name = source.get("configMap", {}).get("name")
    data = maps.get(name, {}).get("data", {})
    items = source.get("configMap", {}).get("items")
    if items is None:
        yield from data.items()
    for item in items or ():
        yield item["path"], data.get(item["key"], "")
