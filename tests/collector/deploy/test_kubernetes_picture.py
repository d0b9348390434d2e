"""In: the K3s overlay. Out: board, collector, Prometheus, Grafana find each other."""

import ipaddress
import json
import tomllib
from urllib.parse import urlsplit

import pytest
import yaml

from collector.deploy.manifest_files import (
    APPLIED,
    DEPLOY,
    KUBERNETES,
    Document,
    rendered,
)
from collector.deploy.manifest_links import of_kind
from collector.deploy.manifest_mounts import mounted, settings
from collector.deploy.manifest_pods import Pod, pods
from picotemp import __version__
from picotemp_collector.lifecycle import DRAIN_SECONDS, SHUTDOWN_SECONDS

K3S = "overlays/k3s"
DASHBOARD = "/etc/picotemp/dashboards/picotemp.json"
DNS = {
    "to": [
        {
            "namespaceSelector": {
                "matchLabels": {"kubernetes.io/metadata.name": "kube-system"}
            },
            "podSelector": {"matchLabels": {"k8s-app": "kube-dns"}},
        }
    ],
    "ports": [{"port": 53, "protocol": "UDP"}, {"port": 53, "protocol": "TCP"}],
}


def pod_named(documents: list[Document], name: str) -> Pod:
    return next(pod for pod in pods(documents) if pod.name == name)


def file_of(name: str, path: str) -> str:
    documents = rendered(K3S)
    return mounted(documents, pod_named(documents, name))[path]


def services() -> set[str]:
    """Give every name and port that something in the namespace may ask."""
    return {
        f"{name}:{port['port']}"
        for name, service in of_kind(rendered(K3S), "Service").items()
        for port in service["spec"]["ports"]
    }


def prometheus_settings() -> Document:
    found: Document = yaml.safe_load(
        file_of("prometheus", "/etc/prometheus/prometheus.yml")
    )
    return found


def test_prometheus_scrapes_the_collector_by_the_name_that_rules_know() -> None:
    jobs = {
        job["job_name"]: job["static_configs"][0]["targets"]
        for job in prometheus_settings()["scrape_configs"]
    }
    assert jobs["picotemp"] == ["picotemp-collector:3030"]
    targets = {target for found in jobs.values() for target in found}
    assert targets - {"localhost:9090"} <= services()


def test_prometheus_sends_alerts_to_a_service_that_is_there() -> None:
    (alertmanager,) = prometheus_settings()["alerting"]["alertmanagers"]
    assert {*alertmanager["static_configs"][0]["targets"]} <= services()


def test_grafana_asks_prometheus_under_the_name_that_the_dashboard_uses() -> None:
    path = "/etc/grafana/provisioning/datasources/datasource.yaml"
    (source,) = yaml.safe_load(file_of("grafana", path))["datasources"]
    assert source["url"].removeprefix("http://") in services()
    assert source["jsonData"]["timeInterval"] == "15s"
    assert (
        source["jsonData"]["timeInterval"]
        == (prometheus_settings()["global"]["scrape_interval"])
    )
    # The picture's own choice among data sources, unless somebody makes another.
    (choice,) = (
        variable
        for variable in json.loads(file_of("grafana", DASHBOARD))["templating"]["list"]
        if variable["type"] == "datasource"
    )
    assert choice["current"] == {"text": source["name"], "value": source["uid"]}


def test_grafana_opens_with_the_dashboard() -> None:
    documents = rendered(K3S)
    path = "/etc/grafana/provisioning/dashboards/dashboards.yaml"
    (provider,) = yaml.safe_load(file_of("grafana", path))["providers"]
    assert DASHBOARD.startswith(f"{provider['options']['path']}/")
    variables = settings(documents, pod_named(documents, "grafana"))
    assert variables["GF_DASHBOARDS_DEFAULT_HOME_DASHBOARD_PATH"] == DASHBOARD


def test_everybody_may_look_at_grafana_as_nobody_can_sign_in() -> None:
    documents = rendered(K3S)
    variables = settings(documents, pod_named(documents, "grafana"))
    assert variables["GF_AUTH_ANONYMOUS_ENABLED"] == "true"
    assert variables["GF_AUTH_ANONYMOUS_ORG_ROLE"] == "Viewer"
    assert variables["GF_AUTH_DISABLE_LOGIN_FORM"] == "true"


def test_nobody_may_guess_a_password_of_grafana() -> None:
    documents = rendered(K3S)
    variables = settings(documents, pod_named(documents, "grafana"))
    assert variables["GF_SECURITY_DISABLE_INITIAL_ADMIN_CREATION"] == "true"
    assert not any("PASSWORD" in name for name in variables)


def test_compose_and_k3s_show_the_same_picture() -> None:
    for name in ("datasource.yaml", "dashboards.yaml"):
        ours = yaml.safe_load((KUBERNETES / K3S / name).read_text())
        assert ours == yaml.safe_load((DEPLOY / "compose/grafana" / name).read_text())
    images = {c["image"] for pod in pods(rendered(K3S)) for c in pod.containers}
    compose = yaml.safe_load((DEPLOY / "compose/compose.yaml").read_text())
    assert images <= {service["image"] for service in compose["services"].values()}


def test_the_picture_is_reached_from_outside() -> None:
    service = of_kind(rendered(K3S), "Service")["grafana"]["spec"]
    assert service["type"] == "LoadBalancer"
    assert [port["port"] for port in service["ports"]] == [3000]
    policy = of_kind(rendered(K3S), "NetworkPolicy")["grafana"]["spec"]
    assert policy["ingress"] == [{"ports": [{"port": 3000, "protocol": "TCP"}]}]


@pytest.mark.parametrize("folder", APPLIED)
def test_who_may_not_ask_at_will_may_ask_for_names(folder: str) -> None:
    policies = of_kind(rendered(folder), "NetworkPolicy")
    bound = {n for n, p in policies.items() if "Egress" in p["spec"]["policyTypes"]}
    assert "picotemp-collector" in bound
    assert [n for n in bound if DNS not in policies[n]["spec"]["egress"]] == []


def test_the_collector_reaches_its_boards_and_names_and_nothing_else() -> None:
    policy = of_kind(rendered("base"), "NetworkPolicy")["picotemp-collector"]["spec"]
    assert policy["policyTypes"] == ["Ingress", "Egress"]
    boards, names = policy["egress"]
    assert boards["ports"] == [{"port": 80, "protocol": "TCP"}]
    assert names == DNS
    (where,) = boards["to"]
    network = ipaddress.ip_network(where["ipBlock"]["cidr"])
    assert network.is_private
    assert network.prefixlen >= 8, "a network, not all of them"
    for device in devices():
        url = urlsplit(device["url"])
        assert ipaddress.ip_address(url.hostname or "") in network
        assert (url.port or 80) == 80


def test_the_collector_is_that_of_this_tree_and_of_the_image() -> None:
    (pod,) = pods(rendered("base"))
    (container,) = pod.containers
    assert container["image"] == f"picotemp-collector:{__version__}"
    lines = (DEPLOY / "Dockerfile").read_text().splitlines()
    context = pod.spec["securityContext"]
    user = f"USER {context['runAsUser']}:{context['runAsGroup']}"
    # Its arguments follow the image's entry point.
    assert "command" not in container
    assert {user, 'ENTRYPOINT ["picotemp-collector"]', "EXPOSE 3030"} <= {*lines}


def test_the_collector_sees_its_configuration_change() -> None:
    # The kubelet renews a folder; a file that is mounted alone stays as it was.
    for folder in ("base", "overlays/sharded"):
        (pod,) = pods(rendered(folder))
        (mount,) = pod.containers[0]["volumeMounts"]
        assert mount == {
            "name": "configuration",
            "mountPath": "/etc/picotemp",
            "readOnly": True,
        }


def test_the_collector_has_time_to_end_in_order() -> None:
    (pod,) = pods(rendered("base"))
    needed_seconds = DRAIN_SECONDS + 2 * SHUTDOWN_SECONDS
    assert pod.spec["terminationGracePeriodSeconds"] >= 2 * needed_seconds


def devices() -> list[Document]:
    text = (KUBERNETES / "base/collector.toml").read_text()
    found: list[Document] = tomllib.loads(text)["devices"]
    return found
