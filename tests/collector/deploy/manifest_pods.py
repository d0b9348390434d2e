"""In: documents for a cluster. Out: their pods, and what is wrong with each.

The profile "restricted" as Kubernetes' Pod Security Standards have it, and beyond it
what this project wants: nothing to write on, no token, probes, requests and limits.
"""

from collections.abc import Iterator, Sequence
from typing import Any

from attrs import frozen

from collector.deploy.manifest_files import Document

WORKLOADS = ("Deployment", "StatefulSet", "DaemonSet", "Job", "CronJob", "Pod")
VOLUMES = {
    *("configMap", "csi", "downwardAPI", "emptyDir", "ephemeral"),
    *("persistentVolumeClaim", "projected", "secret"),
}
RESOURCES = ("cpu", "memory")


@frozen
class Pod:
    """A workload's name, and the labels and the spec of its pods."""

    name: str
    labels: dict[str, str]
    spec: Document

    @property
    def containers(self) -> list[Document]:
        """Those that start before the others too."""
        found: list[Document] = [
            *self.spec.get("initContainers", []),
            *self.spec["containers"],
        ]
        return found


def pods(documents: Sequence[Document]) -> Iterator[Pod]:
    """Give the pods of all workloads; of a kind that is not known, a KeyError."""
    for document in documents:
        if document["kind"] in WORKLOADS:
            template = document["spec"]["template"]
            labels = template["metadata"]["labels"]
            yield Pod(document["metadata"]["name"], labels, template["spec"])


def is_restricted(documents: Sequence[Document]) -> list[str]:
    """Give what the cluster would refuse."""
    return [
        f"{pod.name}: {problem}"
        for pod in pods(documents)
        for problem in (*_pod_problems(pod), *_containers_problems(pod))
    ]


def is_modest(documents: Sequence[Document]) -> list[str]:
    """Give what a pod could do without, or what it should say of itself."""
    return [
        f"{pod.name}: {problem}"
        for pod in pods(documents)
        for container in pod.containers
        for problem in (*_token_problems(pod), *_modesty_problems(container))
    ]


def _pod_problems(pod: Pod) -> Iterator[str]:
    for key in ("hostNetwork", "hostPID", "hostIPC"):
        if pod.spec.get(key):
            yield key
    for volume in pod.spec.get("volumes", []):
        for kind in set(volume) - {"name"} - VOLUMES:
            yield f"volume of kind {kind}"
    if pod.spec.get("securityContext", {}).get("sysctls"):
        yield "sysctls"


def _containers_problems(pod: Pod) -> Iterator[str]:
    for container in pod.containers:
        own = container.get("securityContext", {})
        both = {**pod.spec.get("securityContext", {}), **own}
        yield from _rights_problems(own)
        if both.get("runAsNonRoot") is not True or both.get("runAsUser") == 0:
            yield "may run as root"
        if both.get("seccompProfile", {}).get("type") not in (
            "RuntimeDefault",
            "Localhost",
        ):
            yield "no seccomp profile"
        if any("hostPort" in port for port in container.get("ports", [])):
            yield "hostPort"


def _rights_problems(context: dict[str, Any]) -> Iterator[str]:
    if context.get("privileged"):
        yield "privileged"
    if context.get("allowPrivilegeEscalation") is not False:
        yield "allowPrivilegeEscalation"
    capabilities = context.get("capabilities", {})
    if capabilities.get("drop") != ["ALL"]:
        yield "capabilities are not dropped"
    if set(capabilities.get("add", [])) - {"NET_BIND_SERVICE"}:
        yield "capabilities are added"
    if context.get("procMount", "Default") != "Default":
        yield "procMount"


def _token_problems(pod: Pod) -> Iterator[str]:
    if pod.spec.get("automountServiceAccountToken") is not False:
        yield "has a token"
    if pod.spec.get("enableServiceLinks") is not False:
        yield "has the variables of other Services"


def _modesty_problems(container: Document) -> Iterator[str]:
    if container.get("securityContext", {}).get("readOnlyRootFilesystem") is not True:
        yield "may write to its image"
    for kind in ("requests", "limits"):
        given = container.get("resources", {}).get(kind, {})
        for resource in RESOURCES:
            if resource not in given:
                yield f"no {kind} of {resource}"
    for probe in ("readinessProbe", "livenessProbe"):
        if probe not in container:
            yield f"no {probe}"
    name, _, tag = container["image"].rpartition(":")
    if not name or tag == "latest":
        yield f"{container['image']} is any version"
