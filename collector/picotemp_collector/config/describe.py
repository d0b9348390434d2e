"""In: a configuration. Out: the TOML that says the same, fit to show."""

import json
from collections.abc import Iterator

from picotemp_collector.config.shapes import Config


def describe(config: Config) -> str:
    """Give the configuration as TOML, defaults and all, without passwords."""
    return "\n".join(_lines(config)) + "\n"


def _lines(config: Config) -> Iterator[str]:
    yield "[server]"
    yield f"listen = {_quoted(str(config.server.listen))}"
    yield "\n[poll]"
    yield f"interval_seconds = {config.poll.interval_seconds:g}"
    yield f"timeout_seconds = {config.poll.timeout_seconds or 0:g}"
    yield f"concurrency = {config.poll.concurrency}"
    yield f"info_interval_seconds = {config.poll.info_interval_seconds:g}"
    yield "\n[log]"
    yield f"level = {_quoted(config.log.level)}"
    yield f"format = {_quoted(config.log.format)}"
    for device in config.devices:
        yield "\n[[devices]]"
        yield f"name = {_quoted(device.name)}"
        yield f"url = {_quoted(device.shown_url)}"
        yield f"interval_seconds = {device.interval_seconds:g}"
        yield f"timeout_seconds = {device.timeout_seconds:g}"


def _quoted(text: str) -> str:
    # A JSON string is a TOML string, as long as it has no surrogate pairs.
    return json.dumps(text, ensure_ascii=False)
