"""In: a configuration. Out: the TOML that says the same, fit to show."""

import json
from collections.abc import Iterable, Iterator

from picotemp_collector.config.shapes import Config, PollSettings
from picotemp_collector.config.shard import Shard
from picotemp_collector.readings.device import Device


def describe(config: Config) -> str:
    """Give the configuration as TOML, defaults and all, without passwords."""
    return "\n".join(_lines(config)) + "\n"


def _lines(config: Config) -> Iterator[str]:
    yield "[server]"
    yield f"listen = {_quoted(str(config.server.listen))}"
    yield f"external_url = {_quoted(str(config.server.external_url or ''))}"
    yield from _poll_lines(config.poll)
    yield "\n[log]"
    yield f"level = {_quoted(config.log.level)}"
    yield f"format = {_quoted(config.log.format)}"
    yield "\n[probe]"
    yield f"max_age_seconds = {config.probe.max_age_seconds:.12g}"
    yield f"allowed_networks = {_listed(map(str, config.probe.allowed_networks))}"
    yield f"allowed_ports = {list(config.probe.allowed_ports)}"
    yield "\n[sources]"
    yield f"file_sd = {_listed(config.sources.file_sd)}"
    yield f"http_sd = {_listed(url.shown for url in config.sources.http_sd)}"
    yield f"http_sd_interval_seconds = {config.sources.http_sd_interval_seconds:.12g}"
    for device in config.devices:
        yield from _device_lines(device)


def _poll_lines(poll: PollSettings) -> Iterator[str]:
    yield "\n[poll]"
    yield f"interval_seconds = {poll.interval_seconds:.12g}"
    yield f"timeout_seconds = {poll.timeout_seconds or 0:.12g}"
    yield f"concurrency = {poll.concurrency}"
    yield f"info_interval_seconds = {poll.info_interval_seconds:.12g}"
    yield f"shard = {_quoted(str(poll.shard or Shard(0, 1)))}"


def _device_lines(device: Device) -> Iterator[str]:
    yield "\n[[devices]]"
    yield f"name = {_quoted(device.name)}"
    yield f"url = {_quoted(device.shown_url)}"
    yield f"interval_seconds = {device.interval_seconds:.12g}"
    yield f"timeout_seconds = {device.timeout_seconds:.12g}"


def _listed(texts: Iterable[str]) -> str:
    return f"[{', '.join(map(_quoted, texts))}]"


def _quoted(text: str) -> str:
    # A JSON string is a TOML string, as long as it has no surrogate pairs.
    return json.dumps(text, ensure_ascii=False)
