"""In: documents for a cluster with the Prometheus Operator. Out: what it would miss."""

from collections.abc import Sequence

from collector.deploy.manifest_files import Document
from collector.deploy.manifest_links import matches, of_kind

JOB = "picotemp"


def monitors_scrape_services(documents: Sequence[Document]) -> list[str]:
    """Each selects one Service, names a port of it, and gives the job's name."""
    problems = []
    for name, monitor in of_kind(documents, "ServiceMonitor").items():
        labels = monitor["spec"]["selector"]["matchLabels"]
        found = [
            service
            for service in of_kind(documents, "Service").values()
            if matches(labels, service["metadata"]["labels"])
            and _namespace(service) == _namespace(monitor)
        ]
        if len(found) != 1:
            problems.append(f"ServiceMonitor {name} selects {len(found)} Services")
        for endpoint in monitor["spec"]["endpoints"]:
            problems += [
                f"ServiceMonitor {name}: no port is named {endpoint['port']}"
                for service in found
                if endpoint["port"] not in _port_names(service)
            ]
            if _job(endpoint) != JOB:
                problems.append(f"ServiceMonitor {name}: the job is {_job(endpoint)}")
    return problems


def probers_are_services(documents: Sequence[Document]) -> list[str]:
    """Each asks a Service that is there, in a job that no rule heeds."""
    problems = []
    places = {
        f"{name}.{_namespace(service)}.svc:{port['port']}"
        for name, service in of_kind(documents, "Service").items()
        for port in service["spec"]["ports"]
    }
    for name, probe in of_kind(documents, "Probe").items():
        url = probe["spec"]["prober"]["url"]
        if url not in places:
            problems.append(f"Probe {name}: no Service is {url}")
        if probe["spec"].get("jobName") in (None, JOB):
            problems.append(f"Probe {name} has no job of its own")
    return problems


def _job(endpoint: Document) -> str | None:
    # Without one that says a constant it is the Service's name.
    said: list[str] = [
        relabeling["replacement"]
        for relabeling in endpoint.get("relabelings", [])
        if relabeling["targetLabel"] == "job" and "sourceLabels" not in relabeling
    ]
    return said[-1] if said else None


def _namespace(document: Document) -> str | None:
    namespace: str | None = document["metadata"].get("namespace")
    return namespace


def _port_names(service: Document) -> set[str]:
    return {port["name"] for port in service["spec"]["ports"]}
