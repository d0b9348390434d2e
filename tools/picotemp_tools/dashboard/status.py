"""In: nothing. Out: the table of boards: state, since when, Wi-Fi, uptime, version."""

from attrs import frozen
from grafana_foundation_sdk.builders import table
from grafana_foundation_sdk.models.dashboard import (
    DataTransformerConfig,
    DynamicConfigValue,
)

from . import query, words
from .expression import CHOSEN, greatest, up
from .panel import WHOLE, cells


@frozen
class Column:
    """A column by its heading: the query that fills it, and how it is shown."""

    heading: str
    query_name: str
    expression: str
    shown: list[DynamicConfigValue]


def _as_unit(unit: str) -> list[DynamicConfigValue]:
    return [DynamicConfigValue("unit", unit)]


COLUMNS = (
    Column(
        "state",
        "up",
        up(),
        words.as_words(words.UP),
    ),
    Column(
        "last success",
        "success",
        f"time() - {greatest('pico_last_success_timestamp_seconds')}",
        _as_unit("s"),
    ),
    Column(
        "Wi-Fi",
        "wifi",
        greatest("pico_wifi_rssi_dbm"),
        _as_unit("dBm"),
    ),
    Column(
        "running for",
        "uptime",
        greatest("pico_uptime_seconds"),
        _as_unit("s"),
    ),
)
VERSIONS = (
    f"max by (device, version, micropython, reset_cause) (pico_device_info{CHOSEN})"
)
LABELS = {
    "version": "firmware",
    "micropython": "MicroPython",
    "reset_cause": "last reset",
}


def status() -> table.Panel:
    """Give the table."""
    panel = cells(
        "Board status",
        "A board that is down: Failures says in what way it fails, and PicoDown in "
        "RUNBOOK.md what to do. An empty cell: the board does not tell, or is down. "
        "“last success” is how long ago the last good poll was.",
    )
    for column in COLUMNS:
        panel.with_target(query.rows(column.expression, column.query_name))
        panel.override_by_name(column.heading, column.shown)
    panel.with_target(query.rows(VERSIONS, "info"))
    return (
        panel.with_transformation(DataTransformerConfig("merge", options={}))
        .with_transformation(DataTransformerConfig("organize", options=_order()))
        .span(WHOLE)
        .height(8)
    )


def _order() -> dict[str, object]:
    values = {f"Value #{column.query_name}": column.heading for column in COLUMNS}
    fields = ("device", *values, *LABELS)
    return {
        "excludeByName": {"Time": True, "Value #info": True},
        "indexByName": {field: index for index, field in enumerate(fields)},
        "renameByName": values | LABELS,
    }
