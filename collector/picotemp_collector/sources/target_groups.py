"""In: what a file_sd file or an http_sd answer says. Out: devices, or what is wrong.

The shape is Prometheus' own: a list of {targets: [text], labels: {name: text}}. It is
as strict: an unknown field or a wrong type makes the whole list unusable, while a
target that cannot be a device is left out alone. Two labels count: `device` names the
device of a group with a single target, and `__scheme__` is for targets without one.
All other labels are ignored; Prometheus gives them to the samples itself, by its
relabelling.
"""

from collections.abc import Iterator, Mapping

from attrs import frozen

from picotemp_collector.config.device_url import device_url
from picotemp_collector.config.given import nearest, problem
from picotemp_collector.config.resolve import Entry
from picotemp_collector.config.shapes import DeviceSettings
from picotemp_collector.config.values import UnacceptableError, device_name
from picotemp_collector.sources.listing import Listing, SourceError, told

MOST_TARGETS = 100_000
# Groups, targets and labels: YAML's aliases make a small file a large list.
MOST_PARTS = 1_000_000
FIELDS = ("targets", "labels")
NAME_LABEL = "device"
SCHEME_LABEL = "__scheme__"


@frozen
class _Group:
    where: str
    targets: list[str]
    labels: dict[str, str]


def read_groups(raw: object, origin: str) -> Listing:
    """Give the devices of a list of target groups; raises SourceError."""
    if not isinstance(raw, list):
        raise SourceError([problem(origin, "a list of target groups", raw)])
    _refuse_too_many(raw, origin)
    problems: list[str] = []
    groups = [
        _group(item, f"{origin}: group {number}", problems)
        for number, item in enumerate(raw, start=1)
    ]
    if problems:
        raise SourceError(problems)
    entries = [entry for group in groups for entry in _entries(group, problems)]
    return Listing(tuple(entries), told(problems))


def _refuse_too_many(groups: list[object], origin: str) -> None:
    targets = parts = 0
    for group in groups:
        parts += 1 + (len(group) if isinstance(group, dict) else 0)
        _refuse_above(MOST_PARTS, parts, f"{origin}: groups, fields and labels")
        for name, value in group.items() if isinstance(group, dict) else ():
            size = len(value) if isinstance(value, (list, dict)) else 0
            if name == "targets":
                targets += size
            else:
                parts += size
        _refuse_above(MOST_TARGETS, targets, f"{origin}: targets")
    _refuse_above(MOST_PARTS, parts, f"{origin}: groups, fields and labels")


def _refuse_above(most: int, number: int, what: str) -> None:
    if number > most:
        raise SourceError([f"{what}: expected at most {most}"])


def _group(raw: object, where: str, problems: list[str]) -> _Group:
    if not isinstance(raw, dict):
        problems.append(problem(where, "a table with targets", raw))
        return _Group(where, [], {})
    problems += [
        f"{where}: {key}: unknown field{nearest(key, FIELDS)}"
        for key in raw
        if key not in FIELDS
    ]
    problems += _wrong_targets(raw.get("targets"), where)
    problems += _wrong_labels(raw.get("labels"), where)
    if problems:
        return _Group(where, [], {})
    # Nothing is an empty text, as in Go.
    targets = [target or "" for target in raw.get("targets") or []]
    labels = {name: value or "" for name, value in (raw.get("labels") or {}).items()}
    return _Group(where, targets, labels)


def _wrong_targets(raw: object, where: str) -> Iterator[str]:
    if raw is None:
        return
    if not isinstance(raw, list):
        yield problem(f"{where}: targets", "a list", raw)
        return
    for number, target in enumerate(raw, start=1):
        if not isinstance(target, str | None):
            yield problem(f"{where}: target {number}", "a text", target)


def _wrong_labels(raw: object, where: str) -> Iterator[str]:
    if raw is None:
        return
    if not isinstance(raw, dict):
        yield problem(f"{where}: labels", "a table", raw)
        return
    for name, value in raw.items():
        if not isinstance(value, str | None):
            yield problem(f"{where}: label {name}", "a text", value)


def _entries(group: _Group, problems: list[str]) -> Iterator[Entry]:
    if NAME_LABEL in group.labels and len(group.targets) > 1:
        problems.append(
            f"{group.where}: label {NAME_LABEL}: expected a group with one target,"
            f" given {len(group.targets)}; give each device a group of its own"
        )
        return
    for number, target in enumerate(group.targets, start=1):
        where = f"{group.where}: target {number}"
        try:
            yield Entry(_settings(target, group.labels), where)
        except UnacceptableError as error:
            problems.append(problem(where, str(error), target))


def _settings(target: str, labels: Mapping[str, str]) -> DeviceSettings:
    scheme = labels.get(SCHEME_LABEL)
    if scheme and "://" not in target:
        target = f"{scheme}://{target}"
    # An empty label is as good as none, to Prometheus too.
    name = device_name(labels[NAME_LABEL]) if labels.get(NAME_LABEL) else None
    return DeviceSettings(url=device_url(target), name=name)
