"""In: nothing. Out: the row of the collectors: whether they keep up, and agree."""

from grafana_foundation_sdk.builders import stat
from grafana_foundation_sdk.cog.builder import Builder
from grafana_foundation_sdk.models.dashboard import Panel

from . import query, words
from .panel import QUARTER, THIRD, lines, values

_SELF = "picotemp_collector"
_LATE = f"rate({_SELF}_poll_lateness_seconds_bucket[$__rate_interval])"


def collectors() -> list[Builder[Panel]]:
    """Give the row's panels."""
    return [
        *(_up(), _devices(), _reload(), _shards()),
        *(_lateness(), _processor(), _memory()),
    ]


def _up() -> Builder[Panel]:
    return _figures(
        "Collectors up",
        "Whether Prometheus reaches each collector. Down: nothing is known of its "
        "boards; see PicotempCollectorDown in RUNBOOK.md.",
        ('up{job="picotemp"}', "{{instance}}"),
    ).mappings([words.mapping(words.UP)])


def _devices() -> Builder[Panel]:
    return _figures(
        "Devices",
        "Boards that each collector polls. Fewer than you have: look at its "
        "configuration and, with shards, at Shards.",
        (f"{_SELF}_devices", "{{instance}}"),
    )


def _reload() -> Builder[Panel]:
    return _figures(
        "Configuration",
        "In force: what was read last. Refused: it had errors, and the former one "
        "goes on; the collector's log lists them.",
        (f"{_SELF}_config_last_reload_successful", "{{instance}}"),
    ).mappings([words.mapping(words.RELOAD)])


def _shards() -> Builder[Panel]:
    return _figures(
        "Shards",
        "Wanted and present should be equal. Fewer present: the boards of a shard "
        "are not polled; see PicotempShardMissing in RUNBOOK.md.",
        (f"max({_SELF}_shards)", "wanted"),
        (f'count(count_values("shard", {_SELF}_shard_index))', "present"),
    )


def _lateness() -> Builder[Panel]:
    return (
        lines(
            "Poll lateness (99 of 100 polls)",
            "How long after their time polls begin. Above a second: too many boards "
            "for this machine or for poll.concurrency; divide them among shards.",
            "s",
        )
        .with_target(
            query.over_time(
                f"histogram_quantile(0.99, sum by (instance, le) ({_LATE}))",
                "{{instance}}",
            )
        )
        .min(0)
        .span(THIRD)
        .height(8)
    )


def _processor() -> Builder[Panel]:
    return (
        lines(
            "Processor",
            "Part of one processor that the collector uses. Near 100 %: it cannot "
            "keep up; divide the boards among shards.",
            "percentunit",
        )
        .with_target(
            query.over_time(
                f"rate({_SELF}_process_cpu_seconds_total[$__rate_interval])",
                "{{instance}}",
            )
        )
        .min(0)
        .span(THIRD)
        .height(8)
    )


def _memory() -> Builder[Panel]:
    return (
        lines(
            "Memory",
            "Memory that the collector holds. It grows with the boards, not with "
            "time; if it grows with time, report it.",
            "bytes",
        )
        .with_target(
            query.over_time(f"{_SELF}_process_resident_memory_bytes", "{{instance}}")
        )
        .min(0)
        .span(THIRD)
        .height(8)
    )


def _figures(title: str, description: str, *wanted: tuple[str, str]) -> stat.Panel:
    panel = values(title, description, "none").span(QUARTER).height(5)
    for number, (expression, legend) in enumerate(wanted):
        panel.with_target(query.now(expression, legend, "AB"[number]))
    return panel
