"""In: the K3s overlay with a fault by which it shows nothing, or forgets. Out: it."""

import pytest

from collector.deploy.manifest_faults import ABSENT, Fault, found, put
from collector.deploy.manifest_files import rendered
from collector.deploy.manifest_ways import ways

K3S = "overlays/k3s"
POD = "spec.template.spec"
MOUNTS = f"{POD}.containers.0.volumeMounts"
ARGUMENTS = f"{POD}.containers.0.args"
PROMETHEUS = "Deployment/prometheus"
ALERTMANAGER = "Deployment/alertmanager"
GRAFANA = "Deployment/grafana"
NEVER = {"type": "RollingUpdate"}
ELSEWHERE = {
    "to": [
        {"podSelector": {"matchLabels": {"app.kubernetes.io/name": "alertmanager"}}}
    ],
    "ports": [{"port": 9093, "protocol": "TCP"}],
}
STORAGE: list[Fault] = [
    (
        GRAFANA,
        f"{MOUNTS}.3.mountPath",
        "/graf",
        "grafana: nothing stays of /var/lib/grafana",
    ),
    (
        GRAFANA,
        f"{MOUNTS}.3.readOnly",
        True,
        "grafana: nothing stays of /var/lib/grafana",
    ),
    (
        GRAFANA,
        f"{POD}.volumes.3",
        {"name": "data", "emptyDir": {}},
        "grafana: nothing stays of /var/lib/grafana",
    ),
    (
        GRAFANA,
        f"{MOUNTS}.4.mountPath",
        "/var/log/graf",
        "grafana cannot write to /var/log/grafana",
    ),
    (GRAFANA, f"{MOUNTS}.5.mountPath", "/temp", "grafana cannot write to /tmp"),
    (
        PROMETHEUS,
        f"{MOUNTS}.1.mountPath",
        "/prom",
        "prometheus: nothing stays of /prometheus",
    ),
    (
        PROMETHEUS,
        f"{ARGUMENTS}.1",
        "--web.enable-lifecycle",
        "prometheus: nothing stays of its storage",
    ),
    (
        ALERTMANAGER,
        f"{MOUNTS}.1.mountPath",
        "/am",
        "alertmanager: nothing stays of /alertmanager",
    ),
    (
        PROMETHEUS,
        f"{ARGUMENTS}.2",
        "--storage.tsdb.retention.time=9d",
        "prometheus keeps no 35 days",
    ),
    (
        PROMETHEUS,
        f"{ARGUMENTS}.2",
        "--web.enable-lifecycle",
        "prometheus keeps no 35 days",
    ),
    (
        GRAFANA,
        f"{POD}.securityContext.fsGroup",
        0,
        "grafana: its volumes are not of group 472",
    ),
    (
        PROMETHEUS,
        f"{POD}.securityContext.fsGroup",
        ABSENT,
        "prometheus: its volumes are not of group 65534",
    ),
    *(
        (who, "spec.strategy", NEVER, f"{who[11:]}: two would share a volume")
        for who in (PROMETHEUS, ALERTMANAGER, GRAFANA)
    ),
    (GRAFANA, "spec.replicas", 2, "grafana: two would share a volume"),
]
WAYS: list[Fault] = [
    (
        "NetworkPolicy/grafana",
        "spec.egress.0",
        ELSEWHERE,
        "grafana may not ask prometheus",
    ),
    (
        "NetworkPolicy/grafana",
        "spec.egress.0.ports.0.protocol",
        "UDP",
        "grafana may not ask prometheus",
    ),
    (
        "NetworkPolicy/prometheus",
        "spec.egress.0",
        ELSEWHERE,
        "prometheus may not ask picotemp-collector",
    ),
    (
        "NetworkPolicy/prometheus",
        "spec.ingress.0.from",
        [{"ipBlock": {"cidr": "10.0.0.0/8"}}],
        "grafana may not be heard by prometheus",
    ),
    (
        "NetworkPolicy/alertmanager",
        "spec.ingress",
        [],
        "prometheus may not be heard by alertmanager",
    ),
]


@pytest.mark.parametrize("fault", [*STORAGE, *WAYS], ids=lambda fault: fault[3])
def test_a_fault_by_which_nothing_is_seen_or_kept_is_told_once(fault: Fault) -> None:
    where, what, value, problem = fault
    documents = rendered(K3S)
    put(documents, where, what, value)
    assert found(documents) == [problem]


def test_each_way_that_the_files_of_pods_name_is_known() -> None:
    assert {(way.asker.name, way.service, way.port) for way in ways(rendered(K3S))} == {
        ("grafana", "prometheus", 9090),
        ("prometheus", "alertmanager", 9093),
        ("prometheus", "picotemp-collector", 3030),
    }
