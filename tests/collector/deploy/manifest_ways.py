"""In: documents for a cluster. Out: who asks whom, and who is kept from it.

Policies add up: where some are of a pod, it may do what any one of them allows.
"""

import re
from collections.abc import Iterator, Sequence
from typing import Literal

import yaml
from attrs import frozen

from collector.deploy.manifest_files import Document
from collector.deploy.manifest_links import matches, of_kind, ports
from collector.deploy.manifest_mounts import mounted
from collector.deploy.manifest_pods import Pod, pods

ADDRESS = re.compile(r"(?:http://)?([\w-]+):(\d+)")
Direction = Literal["Ingress", "Egress"]


@frozen
class Way:
    """Who asks, which Service, and a pod behind it with the port asked there."""

    asker: Pod
    service: str
    asked: Pod
    port: int


def ways(documents: Sequence[Document]) -> Iterator[Way]:
    """Give whom each pod asks, as its files have it."""
    for asker in pods(documents):
        for service, number in sorted(set(_addresses(documents, asker))):
            for asked, port in _behind(documents, service, number):
                yield Way(asker, service, asked, port)


def who_asks_may_ask(documents: Sequence[Document]) -> list[str]:
    """The policies of the asker let it out, and those of the asked let it in."""
    policies = [*of_kind(documents, "NetworkPolicy").values()]
    problems = []
    for way in ways(documents):
        words = f"{way.asker.name} may not {{}} {way.service}"
        if not _lets(policies, "Egress", way):
            problems.append(words.format("ask"))
        if not _lets(policies, "Ingress", way):
            problems.append(words.format("be heard by"))
    return problems


def _behind(
    documents: Sequence[Document], name: str, number: int
) -> Iterator[tuple[Pod, int]]:
    # The pods of a Service, and the port of each that the Service's own leads to.
    service = of_kind(documents, "Service").get(name)
    if service is None:
        return
    for pod in pods(documents):
        if matches(service["spec"]["selector"], pod.labels):
            for port in service["spec"]["ports"]:
                target = port.get("targetPort", port["port"])
                if port["port"] == number and target in ports(pod):
                    yield pod, ports(pod)[target]


def _addresses(documents: Sequence[Document], pod: Pod) -> Iterator[tuple[str, int]]:
    for path, text in mounted(documents, pod).items():
        if path.endswith((".yml", ".yaml")):
            for word in _words(yaml.safe_load(text)):
                if found := ADDRESS.fullmatch(word):
                    yield found[1], int(found[2])


def _words(value: object) -> Iterator[str]:
    if isinstance(value, dict):
        value = [*value.values()]
    if isinstance(value, list):
        for each in value:
            yield from _words(each)
    elif isinstance(value, str):
        yield value


def _lets(policies: list[Document], direction: Direction, way: Way) -> bool:
    guarded, other = way.asked, way.asker
    key = "from"
    if direction == "Egress":
        guarded, other, key = way.asker, way.asked, "to"
    own = [
        policy["spec"]
        for policy in policies
        if direction in policy["spec"]["policyTypes"]
        and matches(policy["spec"]["podSelector"]["matchLabels"], guarded.labels)
    ]
    return not own or any(
        _is_of(rule.get(key), other) and _opens(rule.get("ports"), way)
        for spec in own
        for rule in spec.get(direction.lower(), [])
    )


def _is_of(peers: list[Document] | None, pod: Pod) -> bool:
    # Without any it is of everybody; who is elsewhere is none of these.
    return not peers or any(
        set(peer) == {"podSelector"}
        and matches(peer["podSelector"].get("matchLabels", {}), pod.labels)
        for peer in peers
    )


def _opens(opened: list[Document] | None, way: Way) -> bool:
    return not opened or any(
        port.get("protocol", "TCP") == "TCP"
        and ports(way.asked).get(port["port"]) == way.port
        for port in opened
    )
