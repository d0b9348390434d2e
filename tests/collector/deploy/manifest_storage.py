"""In: documents for a cluster. Out: which pod cannot write, or forgets what it did."""

import re
from collections.abc import Sequence

from collector.deploy.manifest_files import Document
from collector.deploy.manifest_mounts import settings
from collector.deploy.manifest_pods import Pod, pods

STORED = re.compile(r"--storage\.(?:tsdb\.)?path=(.*)")
RETAINED = re.compile(r"--storage\.tsdb\.retention\.time=(\d+)d")
# The dashboard and one alert look back 30.
LEAST_DAYS = 35
SCRATCH = "/tmp"  # noqa: S108 it is nobody else's
KEPT = {"persistentVolumeClaim"}
# The group that each image's program runs in, or may.
GROUPS = {"prom/prometheus": 65534, "prom/alertmanager": 65534, "grafana/grafana": 472}


def what_is_stored_stays(documents: Sequence[Document]) -> list[str]:
    """A program writes to volumes alone, and what it stores to one that outlives it."""
    problems = []
    for pod in pods(documents):
        kept, scratch = _needed(documents, pod)
        problems += [
            f"{pod.name}: nothing stays of {folder}"
            for folder in kept
            if folder not in _writable(pod, KEPT)
        ]
        problems += [
            f"{pod.name} cannot write to {folder}"
            for folder in scratch
            if folder not in _writable(pod, KEPT | {"emptyDir"})
        ]
    return problems


def measurements_outlast_a_month(documents: Sequence[Document]) -> list[str]:
    """Prometheus is told for how long, as its own default is too short."""
    return [
        f"{pod.name} keeps no {LEAST_DAYS} days"
        for pod in pods(documents)
        if "prom/prometheus" in _images(pod)
        and not any(int(days) >= LEAST_DAYS for days in _told(pod, RETAINED))
    ]


def nobody_shares_a_volume(documents: Sequence[Document]) -> list[str]:
    """Who has a volume that stays is alone with it, while it is replaced too."""
    stays = {pod.name for pod in pods(documents) if _has_claim(pod)}
    return [
        f"{document['metadata']['name']}: two would share a volume"
        for document in documents
        if document["kind"] == "Deployment"
        and document["metadata"]["name"] in stays
        and not _is_alone(document["spec"])
    ]


def volumes_are_of_the_group_of_the_program(documents: Sequence[Document]) -> list[str]:
    """Else it may not write to them."""
    return [
        f"{pod.name}: its volumes are not of group {GROUPS[image]}"
        for pod in pods(documents)
        for image in _images(pod) & set(GROUPS)
        if pod.spec["securityContext"].get("fsGroup") != GROUPS[image]
    ]


def _needed(documents: Sequence[Document], pod: Pod) -> tuple[list[str], list[str]]:
    # What has to stay, and what has to be writable.
    images = _images(pod)
    kept, scratch = _told(pod, STORED), []
    if images & {"prom/prometheus", "prom/alertmanager"} and not kept:
        kept = ["its storage"]
    if "grafana/grafana" in images:
        given = settings(documents, pod)
        kept = [given.get("GF_PATHS_DATA", "/var/lib/grafana")]
        scratch = [given.get("GF_PATHS_LOGS", "/var/log/grafana"), SCRATCH]
    return kept, scratch


def _writable(pod: Pod, kinds: set[str]) -> set[str]:
    volumes = {
        volume["name"] for volume in pod.spec.get("volumes", []) if kinds & set(volume)
    }
    return {
        mount["mountPath"]
        for container in pod.containers
        for mount in container.get("volumeMounts", [])
        if mount["name"] in volumes and not mount.get("readOnly")
    }


def _has_claim(pod: Pod) -> bool:
    return any(KEPT & set(volume) for volume in pod.spec.get("volumes", []))


def _is_alone(spec: Document) -> bool:
    return spec["replicas"] == 1 and spec.get("strategy") == {"type": "Recreate"}


def _images(pod: Pod) -> set[str]:
    return {container["image"].rpartition(":")[0] for container in pod.containers}


def _told(pod: Pod, pattern: re.Pattern[str]) -> list[str]:
    return [
        found[1]
        for container in pod.containers
        for argument in container.get("args", [])
        if (found := pattern.fullmatch(argument))
    ]
