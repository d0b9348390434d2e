"""In: what the Prometheus Operator reads. Out: it asks what, and as often as, we do."""

import tomllib

import yaml

from collector.deploy.manifest_files import KUBERNETES, Document, rendered
from collector.deploy.manifest_links import of_kind


def spec_of(kind: str, name: str) -> Document:
    documents = of_kind(rendered("overlays/prometheus-operator"), kind)
    spec: Document = documents[name]["spec"]
    return spec


def test_the_collector_is_scraped_as_by_our_own_prometheus() -> None:
    (endpoint,) = spec_of("ServiceMonitor", "picotemp-collector")["endpoints"]
    assert endpoint == {
        "port": "http",
        "path": "/metrics",
        "interval": "15s",
        "scrapeTimeout": "10s",
        "honorLabels": False,
        "relabelings": [{"targetLabel": "job", "replacement": "picotemp"}],
    }
    ours = (KUBERNETES / "overlays/k3s/prometheus.yml").read_text()
    assert endpoint["interval"] == yaml.safe_load(ours)["global"]["scrape_interval"]


def test_a_probe_asks_for_a_device_and_names_the_series_after_it() -> None:
    probe = spec_of("Probe", "picotemp-probes")
    assert probe["prober"]["path"] == "/probe"
    assert (probe["interval"], probe["scrapeTimeout"]) == ("60s", "10s")
    assert probe["targets"]["staticConfig"]["relabelingConfigs"] == [
        {"sourceLabels": ["__param_target"], "targetLabel": "device"}
    ]


def test_a_probe_asks_for_devices_that_are_configured() -> None:
    static = spec_of("Probe", "picotemp-probes")["targets"]["staticConfig"]["static"]
    devices = tomllib.loads((KUBERNETES / "base/collector.toml").read_text())["devices"]
    assert {*static} <= {device["name"] for device in devices}
    assert static
