"""In: a raw table. Out: a settings object, or every problem with its key."""

from collections.abc import Callable, Iterator, Mapping
from typing import Any, TypeVar

import attrs
from cattrs import ClassValidationError, Converter, ForbiddenExtraKeysError
from cattrs.gen import make_dict_structure_fn

from picotemp_collector.config import values
from picotemp_collector.config.device_url import EXPECTED, device_url
from picotemp_collector.config.given import nearest, problem
from picotemp_collector.config.shapes import (
    Count,
    DeviceName,
    DeviceUrl,
    Listen,
    LogFormat,
    LogLevel,
    Seconds,
)

Settings = TypeVar("Settings", bound=attrs.AttrsInstance)
Where = Callable[[str], str]


def make_converter() -> Converter:
    """Give the converter that knows our types, refuses unknown keys, tells all."""
    converter = Converter(forbid_extra_keys=True, detailed_validation=True)
    checks: dict[Any, Callable[[object], object]] = {
        Seconds: values.seconds,
        Count: values.count,
        DeviceName: values.device_name,
        DeviceUrl: device_url,
        Listen: values.listen,
        LogLevel: lambda value: values.choice(value, LogLevel),
        LogFormat: lambda value: values.choice(value, LogFormat),
    }
    for shape, check in checks.items():
        converter.register_structure_hook(shape, _hook(check))
    return converter


def structure(
    converter: Converter, raw: Mapping[str, object], shape: type[Settings], where: Where
) -> tuple[Settings | None, list[str]]:
    """Give settings in a shape, or None and one line for each problem.

    `where` gives the place of a key, for a person to find it.
    """
    try:
        return make_dict_structure_fn(shape, converter)(raw, shape), []
    except ClassValidationError as errors:
        return None, list(_problems(errors, raw, shape, where))


def _hook(check: Callable[[object], object]) -> Callable[[object, Any], object]:
    return lambda value, _shape: check(value)


def _problems(
    errors: ClassValidationError,
    raw: Mapping[str, object],
    shape: type[Settings],
    where: Where,
) -> Iterator[str]:
    attributes, others = errors.group_exceptions()
    for error, note in attributes:
        expected = (
            str(error) if isinstance(error, values.UnacceptableError) else EXPECTED
        )
        yield problem(where(note.name), expected, raw.get(note.name))
    for other in others:
        if not isinstance(other, ForbiddenExtraKeysError):
            raise other
        known = [attribute.name for attribute in attrs.fields(shape)]
        for key in sorted(other.extra_fields):
            yield f"{where(key)}: unknown key{nearest(key, known)}"
