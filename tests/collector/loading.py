"""In: a file's text, an environment, flags. Out: the configuration or its problems."""

from collections.abc import Mapping
from pathlib import Path

import pytest

from picotemp_collector.config.given import Given, Key
from picotemp_collector.config.load import Inputs, load
from picotemp_collector.config.shapes import Config
from picotemp_collector.config.values import Text
from picotemp_collector.errors import ConfigurationError


def loaded(
    file: Path | None = None,
    environment: Mapping[str, str] | None = None,
    flags: Mapping[Key, tuple[str, str]] | None = None,
    devices: tuple[str, ...] = (),
) -> Config:
    given = {
        key: Given(Text(value), flag) for key, (flag, value) in (flags or {}).items()
    }
    return load(Inputs(file, environment or {}, given, devices))


def problems_of(
    file: Path | None = None,
    environment: Mapping[str, str] | None = None,
    flags: Mapping[Key, tuple[str, str]] | None = None,
    devices: tuple[str, ...] = (),
) -> list[str]:
    with pytest.raises(ConfigurationError) as raised:
        loaded(file, environment, flags, devices)
    return list(raised.value.problems)
