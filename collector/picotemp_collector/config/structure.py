"""In: a raw table. Out: a settings object, or every problem with its key."""

import operator
from collections.abc import Callable, Iterator, Mapping
from functools import partial
from typing import Any, TypeVar

import attrs
from cattrs import ClassValidationError, Converter, ForbiddenExtraKeysError
from yarl import URL

from picotemp_collector.config import values
from picotemp_collector.config.device_url import EXPECTED, device_url
from picotemp_collector.config.external_url import external_url
from picotemp_collector.config.file_pattern import file_pattern
from picotemp_collector.config.given import nearest, problem
from picotemp_collector.config.items import UnacceptableItemsError, checked_items
from picotemp_collector.config.network import network, port
from picotemp_collector.config.shapes import (
    Age,
    Count,
    DeviceName,
    DeviceUrl,
    Listen,
    LogFormat,
    LogLevel,
    Network,
    Seconds,
)
from picotemp_collector.config.shard import Shard

Settings = TypeVar("Settings", bound=attrs.AttrsInstance)
Where = Callable[[str], str]
Check = Callable[[object], object]


def make_converter() -> Converter:
    """Give the converter that knows our types, refuses unknown keys, tells all."""
    converter = Converter(forbid_extra_keys=True, detailed_validation=True)
    checks: dict[Any, Check] = {
        Age: values.age_seconds,
        Seconds: values.seconds,
        Count: values.count,
        DeviceName: values.device_name,
        DeviceUrl: device_url,
        Listen: values.listen,
        Shard: values.shard,
        LogLevel: lambda value: values.choice(value, LogLevel),
        LogFormat: lambda value: values.choice(value, LogFormat),
        URL: external_url,
    }
    list_checks: dict[Any, Check] = {
        tuple[str, ...]: file_pattern,
        tuple[int, ...]: port,
        tuple[Network, ...]: network,
        tuple[DeviceUrl, ...]: device_url,
    }
    for shape, check in checks.items():
        converter.register_structure_hook(shape, _hook(check))
    for shape, check in list_checks.items():
        converter.register_structure_hook_func(
            partial(operator.eq, shape), _hook(partial(checked_items, check=check))
        )
    return converter


def structure(
    converter: Converter, raw: Mapping[str, object], shape: type[Settings], where: Where
) -> tuple[Settings | None, list[str]]:
    """Give settings in a shape, or None and one line for each problem.

    `where` gives the place of a key, for a person to find it.
    """
    try:
        return converter.structure(raw, shape), []
    except ClassValidationError as errors:
        return None, list(_problems(errors, raw, shape, where))


def _hook(check: Check) -> Callable[[object, Any], object]:
    return lambda value, _shape: check(value)


def _problems(
    errors: ClassValidationError,
    raw: Mapping[str, object],
    shape: type[Settings],
    where: Where,
) -> Iterator[str]:
    attributes, others = errors.group_exceptions()
    for error, note in attributes:
        yield from _problems_of_key(error, raw.get(note.name), where(note.name))
    for other in others:
        if not isinstance(other, ForbiddenExtraKeysError):
            raise other
        known = [attribute.name for attribute in attrs.fields(shape)]
        for key in sorted(other.extra_fields):
            yield f"{where(key)}: unknown key{nearest(key, known)}"


def _problems_of_key(error: Exception, value: object, where: str) -> Iterator[str]:
    if isinstance(error, UnacceptableItemsError):
        for bad in error.bad_items:
            yield problem(f"{where}: number {bad.number}", bad.expected, bad.value)
        return
    # What is missing altogether can only be the URL of a device.
    expected = str(error) if isinstance(error, values.UnacceptableError) else EXPECTED
    yield problem(where, expected, value)
