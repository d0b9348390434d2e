"""In: what is right, with one fault in it. Out: that fault alone, by its check."""

import pytest

from collector.deploy.manifest_faults import ABSENT, Fault, found, put
from collector.deploy.manifest_files import rendered
from collector.deploy.manifest_links import of_kind

NOBODY = {"app": "nobody"}
COLLECTOR = "Deployment/picotemp-collector"
POD = "spec.template.spec"
CONTAINER = f"{POD}.containers.0"
BASE: list[Fault] = [
    (COLLECTOR, "spec.selector.matchLabels", NOBODY, "picotemp-collector selects []"),
    (
        "Service/picotemp-collector",
        "spec.selector",
        NOBODY,
        "Service picotemp-collector selects nothing",
    ),
    (
        "Service/picotemp-collector",
        "spec.ports.0.targetPort",
        "web",
        "Service picotemp-collector: picotemp-collector has no port web",
    ),
    (
        COLLECTOR,
        f"{CONTAINER}.livenessProbe.httpGet.port",
        3031,
        "picotemp-collector: livenessProbe asks port 3031",
    ),
    (
        "NetworkPolicy/picotemp-collector",
        "spec.policyTypes",
        ["Egress"],
        "no NetworkPolicy guards picotemp-collector",
    ),
    (
        "NetworkPolicy/picotemp-collector",
        "spec.ingress.0.ports.0.port",
        3031,
        "NetworkPolicy picotemp-collector: picotemp-collector has no port 3031",
    ),
    (
        COLLECTOR,
        f"{CONTAINER}.args.1",
        "/etc/picotemp/other.toml",
        "picotemp-collector: there is no /etc/picotemp/other.toml",
    ),
]
PODS: list[Fault] = [
    (COLLECTOR, what, value, f"picotemp-collector: {problem}")
    for what, value, problem in (
        (f"{POD}.hostNetwork", True, "hostNetwork"),
        (f"{POD}.volumes.0.hostPath", {"path": "/"}, "volume of kind hostPath"),
        (f"{POD}.securityContext.sysctls", [{"name": "x"}], "sysctls"),
        (f"{POD}.securityContext.runAsNonRoot", ABSENT, "may run as root"),
        (f"{POD}.securityContext.runAsUser", 0, "may run as root"),
        (f"{POD}.securityContext.seccompProfile", ABSENT, "no seccomp profile"),
        (f"{CONTAINER}.ports.0.hostPort", 3030, "hostPort"),
        (f"{CONTAINER}.securityContext.privileged", True, "privileged"),
        (
            f"{CONTAINER}.securityContext.allowPrivilegeEscalation",
            ABSENT,
            "allowPrivilegeEscalation",
        ),
        (
            f"{CONTAINER}.securityContext.capabilities",
            {"drop": ["NET_RAW"]},
            "capabilities are not dropped",
        ),
        (
            f"{CONTAINER}.securityContext.capabilities.add",
            ["NET_RAW"],
            "capabilities are added",
        ),
        (f"{CONTAINER}.securityContext.procMount", "Unmasked", "procMount"),
        (f"{POD}.automountServiceAccountToken", ABSENT, "has a token"),
        (f"{POD}.enableServiceLinks", True, "has the variables of other Services"),
        (
            f"{CONTAINER}.securityContext.readOnlyRootFilesystem",
            False,
            "may write to its image",
        ),
        (f"{CONTAINER}.resources.limits.memory", ABSENT, "no limits of memory"),
        (f"{CONTAINER}.resources.requests.cpu", ABSENT, "no requests of cpu"),
        (f"{CONTAINER}.readinessProbe", ABSENT, "no readinessProbe"),
        (f"{CONTAINER}.image", "mine", "mine is any version"),
        (f"{CONTAINER}.image", "mine:latest", "mine:latest is any version"),
    )
]
K3S: list[Fault] = [
    (
        "Deployment/grafana",
        "spec.selector.matchLabels",
        {"app.kubernetes.io/part-of": "picotemp"},
        f"grafana selects {['alertmanager', 'grafana', COLLECTOR[11:], 'prometheus']}",
    ),
    (
        "NetworkPolicy/alertmanager",
        "spec.ingress.0.from",
        [
            {"podSelector": {"matchLabels": {"app.kubernetes.io/name": "prometheus"}}},
            {"podSelector": {"matchLabels": NOBODY}},
        ],
        "NetworkPolicy alertmanager opens the way to nobody",
    ),
    (
        "Deployment/prometheus",
        f"{CONTAINER}.args.0",
        "--config.file=/etc/p.yml",
        "prometheus: there is no /etc/p.yml",
    ),
    (
        "Deployment/grafana",
        f"{CONTAINER}.volumeMounts.0.name",
        "dashboards",
        "grafana: volume datasource",
    ),
    (
        "Deployment/prometheus",
        f"{POD}.volumes.0.projected.sources.1.configMap.items.0.key",
        "other.yml",
        "prometheus: ConfigMap RULES has no other.yml",
    ),
    (
        "Deployment/prometheus",
        f"{POD}.volumes.1.persistentVolumeClaim.claimName",
        "other",
        "prometheus: there is no PersistentVolumeClaim other",
    ),
    (
        "Deployment/prometheus",
        f"{POD}.serviceAccountName",
        "other",
        "prometheus: there is no ServiceAccount other",
    ),
    (
        "Deployment/grafana",
        f"{CONTAINER}.envFrom.1.secretRef.name",
        "other",
        "grafana: there is no Secret other",
    ),
]
SHARDED: list[Fault] = [
    (
        "PodDisruptionBudget/picotemp-collector",
        "spec.selector.matchLabels",
        NOBODY,
        "PodDisruptionBudget picotemp-collector selects nothing",
    ),
    (
        "Service/picotemp-collector",
        "spec.clusterIP",
        ABSENT,
        "StatefulSet picotemp-collector has no headless Service",
    ),
]
MONITOR = "ServiceMonitor/picotemp-collector"
PROBE = "Probe/picotemp-probes"
OPERATOR: list[Fault] = [
    (who, what, value, who.replace("/", " ") + problem)
    for who, what, value, problem in (
        (MONITOR, "spec.selector.matchLabels", NOBODY, " selects 0 Services"),
        (MONITOR, "spec.endpoints.0.port", "web", ": no port is named web"),
        (MONITOR, "spec.endpoints.0.relabelings", ABSENT, ": the job is None"),
        (PROBE, "spec.prober.url", "x:3030", ": no Service is x:3030"),
        (PROBE, "spec.jobName", "picotemp", " has no job of its own"),
        (PROBE, "spec.intervall", "60s", ": spec.intervall is unknown"),
        (PROBE, "spec.interval", 60, ": spec.interval may not be 60"),
        (
            MONITOR,
            "spec.endpoints.0.relabelings.0.targetlabel",
            "a",
            ": spec.endpoints.0.relabelings.0.targetlabel is unknown",
        ),
    )
]
REGISTRY: list[Fault] = [
    (
        "ServiceAccount/picotemp-collector",
        "imagePullSecrets.0.name",
        "other",
        "picotemp-collector: there is no Secret other",
    ),
]
FAULTS = [
    *(("base", fault) for fault in (*BASE, *PODS)),
    *(("overlays/k3s", fault) for fault in K3S),
    *(("overlays/sharded", fault) for fault in SHARDED),
    *(("overlays/prometheus-operator", fault) for fault in OPERATOR),
    *(("samples/private-registry", fault) for fault in REGISTRY),
]


@pytest.mark.parametrize(
    ("folder", "fault"), FAULTS, ids=[fault[3] for _, fault in FAULTS]
)
def test_a_fault_is_found_and_told_once(folder: str, fault: Fault) -> None:
    where, what, value, problem = fault
    documents = rendered(folder)
    rules = [n for n in of_kind(documents, "ConfigMap") if "prometheus-rules" in n]
    put(documents, where, what, value)
    assert found(documents) == [problem.replace("RULES", "".join(rules))]
