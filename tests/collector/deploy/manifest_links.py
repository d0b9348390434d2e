"""In: documents for a cluster. Out: what in them points at nothing, or at the wrong."""

from collections.abc import Callable, Iterator, Sequence

from collector.deploy.manifest_files import Document
from collector.deploy.manifest_pods import WORKLOADS, Pod, pods

Check = Callable[[Sequence[Document]], list[str]]


def of_kind(documents: Sequence[Document], kind: str) -> dict[str, Document]:
    """Give the documents of a kind by their names."""
    return {
        document["metadata"]["name"]: document
        for document in documents
        if document["kind"] == kind
    }


def matches(selector: dict[str, str], labels: dict[str, str]) -> bool:
    """Tell whether labels have all that a selector asks for."""
    return selector.items() <= labels.items()


def ports(pod: Pod) -> dict[str | int, int]:
    """Give the ports of a pod by their names and by their numbers."""
    found = [port for each in pod.containers for port in each.get("ports", [])]
    numbers: dict[str | int, int] = {
        port["containerPort"]: port["containerPort"] for port in found
    }
    return numbers | {port["name"]: port["containerPort"] for port in found}


def workloads_select_their_own_pods(documents: Sequence[Document]) -> list[str]:
    """Each its own, and nobody else's."""
    problems = []
    for document in documents:
        if document["kind"] not in WORKLOADS:
            continue
        own = document["metadata"]["name"]
        labels = document["spec"]["selector"]["matchLabels"]
        selected = [p.name for p in pods(documents) if matches(labels, p.labels)]
        if selected != [own]:
            problems.append(f"{own} selects {selected}")
    return problems


def services_lead_to_ports_of_pods(documents: Sequence[Document]) -> list[str]:
    """Each Service finds pods, and each of its ports is one of theirs."""
    problems = []
    for name, service in of_kind(documents, "Service").items():
        found = [p for p in pods(documents) if matches(_selector(service), p.labels)]
        if not found:
            problems.append(f"Service {name} selects nothing")
        for port in service["spec"]["ports"]:
            target = port.get("targetPort", port["port"])
            problems += [
                f"Service {name}: {pod.name} has no port {target}"
                for pod in found
                if target not in ports(pod)
            ]
    return problems


def probes_ask_ports_of_their_pods(documents: Sequence[Document]) -> list[str]:
    """Each probe asks its own container."""
    return [
        f"{pod.name}: {kind} asks port {probe['httpGet']['port']}"
        for pod in pods(documents)
        for container in pod.containers
        for kind, probe in container.items()
        if kind.endswith("Probe") and probe["httpGet"]["port"] not in ports(pod)
    ]


def budgets_and_policies_select_pods(documents: Sequence[Document]) -> list[str]:
    """None is of pods that do not exist; no pod may be reached at will."""
    problems = []
    policies = of_kind(documents, "NetworkPolicy")
    for kind in ("NetworkPolicy", "PodDisruptionBudget"):
        for name, document in of_kind(documents, kind).items():
            key = "podSelector" if kind == "NetworkPolicy" else "selector"
            labels = document["spec"][key]["matchLabels"]
            if not any(matches(labels, pod.labels) for pod in pods(documents)):
                problems.append(f"{kind} {name} selects nothing")
    return problems + [
        f"no NetworkPolicy guards {pod.name}"
        for pod in pods(documents)
        if not any(_guards(policy, pod) for policy in policies.values())
    ]


def policies_name_ports_of_pods(documents: Sequence[Document]) -> list[str]:
    """Each port that a rule opens is one that somebody there listens on."""
    problems = []
    for name, policy in of_kind(documents, "NetworkPolicy").items():
        spec = policy["spec"]
        for peers, rule_ports in _opened(spec):
            targets = [
                pod
                for pod in pods(documents)
                if any(matches(labels, pod.labels) for labels in peers)
            ]
            if peers and not targets:
                problems.append(f"NetworkPolicy {name} opens the way to nobody")
            problems += [
                f"NetworkPolicy {name}: {pod.name} has no port {port}"
                for pod in targets
                for port in rule_ports
                if port not in ports(pod)
            ]
    return problems


def stateful_sets_have_a_headless_service(documents: Sequence[Document]) -> list[str]:
    """Else their pods have no names."""
    services = of_kind(documents, "Service")
    return [
        f"StatefulSet {name} has no headless Service"
        for name, document in of_kind(documents, "StatefulSet").items()
        if services.get(document["spec"]["serviceName"], {"spec": {}})["spec"].get(
            "clusterIP"
        )
        != "None"
    ]


def _selector(service: Document) -> dict[str, str]:
    selector: dict[str, str] = service["spec"]["selector"]
    return selector


def _guards(policy: Document, pod: Pod) -> bool:
    spec = policy["spec"]
    labels = spec["podSelector"]["matchLabels"]
    return matches(labels, pod.labels) and "Ingress" in spec["policyTypes"]


def _opened(spec: Document) -> Iterator[tuple[list[dict[str, str]], list[int]]]:
    # Whose labels, and which ports of theirs; other namespaces are not ours to know.
    own = spec["podSelector"]["matchLabels"]
    for rule in spec.get("ingress", []):
        yield [own], [port["port"] for port in rule["ports"]]
        for labels in _own(rule.get("from", [])):
            yield [labels], []
    for rule in spec.get("egress", []):
        yield _own(rule["to"]), [port["port"] for port in rule["ports"]]


def _own(peers: list[Document]) -> list[dict[str, str]]:
    return [
        peer["podSelector"]["matchLabels"]
        for peer in peers
        if set(peer) == {"podSelector"}
    ]
