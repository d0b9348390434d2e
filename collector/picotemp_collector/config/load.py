"""In: a file, the environment, flags. Out: the configuration, or all its problems."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TypeVar

import attrs
from attrs import Factory, frozen

from picotemp_collector.config.device_list import split_item, split_list
from picotemp_collector.config.environment import (
    DEVICES_VARIABLE,
    read_scalars,
    unknown_variables,
)
from picotemp_collector.config.file import read_file
from picotemp_collector.config.file_pattern import whole_patterns
from picotemp_collector.config.given import Given, Key, nearest, problem
from picotemp_collector.config.items import marked
from picotemp_collector.config.resolve import Entry, resolve_devices, resolve_poll
from picotemp_collector.config.shapes import (
    Config,
    DeviceSettings,
    LogSettings,
    PollSettings,
    ProbeSettings,
    ServerSettings,
    SourceSettings,
)
from picotemp_collector.config.structure import make_converter, structure
from picotemp_collector.errors import ConfigurationError

SECTIONS = {
    "server": ServerSettings,
    "poll": PollSettings,
    "log": LogSettings,
    "probe": ProbeSettings,
    "sources": SourceSettings,
}
DEVICES = "devices"
DEVICE_FLAG = "--device"
NO_DEVICES = (
    "no devices: name one by the environment variable"
    " PICO_SERVER_URL=http://picotemp.local, by --device attic=http://10.0.0.7,"
    " or by [[devices]] in a file given with --config;"
    " or say by --file-sd or --http-sd where they are listed"
)
Settings = TypeVar("Settings", bound=attrs.AttrsInstance)


@frozen
class Inputs:
    """What a person said; flags override the environment overrides the file."""

    file: Path | None = None
    environment: Mapping[str, str] = Factory(dict)
    flags: Mapping[Key, Given] = Factory(dict)
    device_flags: Sequence[str] = ()


def load(inputs: Inputs) -> Config:
    """Give the configuration; raises ConfigurationError with every problem."""
    loading = _Loading(inputs)
    server = loading.section("server", ServerSettings)
    poll = loading.section("poll", PollSettings)
    log = loading.section("log", LogSettings)
    probe = loading.section("probe", ProbeSettings)
    listing = loading.sources()
    poll, poll_problems = resolve_poll(poll, loading.place("poll", "timeout_seconds"))
    entries = loading.devices()
    devices, device_problems = resolve_devices(entries, poll)
    problems = [*loading.problems, *poll_problems, *device_problems]
    if problems:
        raise ConfigurationError(problems)
    return Config(server, poll, log, devices, probe, listing)


def known_keys() -> list[Key]:
    """Give every key that holds one value."""
    return [
        (section, attribute.name)
        for section, shape in SECTIONS.items()
        for attribute in attrs.fields(shape)
    ]


class _Loading:
    """One pass over the inputs, gathering problems."""

    def __init__(self, inputs: Inputs) -> None:
        self._inputs = inputs
        self._converter = make_converter()
        tables, self.problems = read_file(inputs.file) if inputs.file else ({}, [])
        # A file that could not be read may have named devices.
        self._may_know_devices = tables is None
        self._tables = tables or {}
        for name in sorted(self._tables.keys() - {*SECTIONS, DEVICES}):
            hint = nearest(name, [*SECTIONS, DEVICES])
            self.problems.append(f"{inputs.file}: {name}: unknown section{hint}")
        keys = known_keys()
        self.problems += unknown_variables(inputs.environment, keys)
        self._overrides = read_scalars(inputs.environment, keys) | dict(inputs.flags)

    def place(self, section: str, key: str) -> str:
        """Give where a person finds a key."""
        override = self._overrides.get((section, key))
        origin = override.origin if override else self._inputs.file
        return f"{origin}: {section}.{key}"

    def section(self, name: str, shape: type[Settings]) -> Settings:
        """Give a section's settings; the defaults if there are problems."""
        table = self._tables.get(name, {})
        if not isinstance(table, dict):
            where = f"{self._inputs.file}: {name}"
            self.problems.append(problem(where, f"a table [{name}]", table))
            table = {}
        overrides = {
            key: given.value
            for (section, key), given in self._overrides.items()
            if section == name
        }
        settings, problems = structure(
            self._converter,
            {**table, **overrides},
            shape,
            lambda key: self.place(name, key),
        )
        self.problems += problems
        return settings if settings is not None else shape()

    def sources(self) -> SourceSettings:
        """Give where devices are listed, each pattern as a whole path."""
        problems_before = len(self.problems)
        settings = self.section("sources", SourceSettings)
        wrong = len(self.problems) > problems_before
        self._may_know_devices |= bool(wrong or settings.file_sd or settings.http_sd)
        overridden = ("sources", "file_sd") in self._overrides
        file = None if overridden else self._inputs.file
        folder = file.parent if file else Path()
        return attrs.evolve(settings, file_sd=whole_patterns(settings.file_sd, folder))

    def devices(self) -> list[Entry]:
        """Give the devices' settings, each with where a person finds it."""
        entries = []
        raw_devices = self._raw_devices()
        if not raw_devices and not self._may_know_devices:
            self.problems.append(NO_DEVICES)
        for where, raw in raw_devices:
            if not isinstance(raw, dict):
                self.problems.append(problem(where, "a table with a url", raw))
                continue
            settings, problems = structure(
                self._converter,
                raw,
                DeviceSettings,
                lambda key, where=where: f"{where}: {key}",  # type: ignore[misc]
            )
            self.problems += problems
            if settings is not None:
                entries.append(Entry(settings, where))
        return entries

    def _raw_devices(self) -> list[tuple[str, object]]:
        # One of three inputs counts: 1. the flags, 2. the variable, 3. the file.
        if self._inputs.device_flags:
            items = [split_item(marked(text)) for text in self._inputs.device_flags]
            return _numbered(DEVICE_FLAG, items)
        listed = split_list(self._inputs.environment.get(DEVICES_VARIABLE, ""))
        if listed:
            return _numbered(f"environment variable {DEVICES_VARIABLE}", listed)
        tables = self._tables.get(DEVICES, [])
        where = f"{self._inputs.file}: [[{DEVICES}]]"
        if not isinstance(tables, list):
            self.problems.append(problem(where, "tables [[devices]]", tables))
            return []
        return _numbered(where, tables)


def _numbered(where: str, items: Sequence[object]) -> list[tuple[str, object]]:
    return [(f"{where} number {i}", item) for i, item in enumerate(items, start=1)]
