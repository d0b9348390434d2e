"""In: nothing. Out: the first row: temperatures, and what is wrong."""

from typing import TypeVar

from grafana_foundation_sdk.builders import stat, timeseries
from grafana_foundation_sdk.cog.builder import Builder
from grafana_foundation_sdk.models.dashboard import (
    DataTransformerConfig,
    DynamicConfigValue,
    Panel,
)

from . import query, words
from .expression import greatest
from .panel import THIRD, TWO_THIRDS, WHOLE, cells, lines, values
from .variables import CELSIUS, FAHRENHEIT

Temperatures = TypeVar("Temperatures", stat.Panel, timeseries.Panel)


def now() -> list[Builder[Panel]]:
    """Give the row's panels."""
    return [_temperatures(), _alerts(), _temperatures_over_time()]


def _temperatures() -> Builder[Panel]:
    panel = values(
        "Temperature",
        "The fresh reading of each board's die. A board that is missing here has "
        "none: look it up in Board status.",
        CELSIUS,
    )
    for unit in (CELSIUS, FAHRENHEIT):
        panel.with_target(query.now(_temperature(unit), "{{device}}", unit))
    return _in_both_units(panel).decimals(1).span(TWO_THIRDS).height(7)


def _temperatures_over_time() -> Builder[Panel]:
    panel = lines(
        "Temperature over time",
        "A gap is a time without a fresh reading: see Boards up for whether the board "
        "was down; where that has a gap too, the collector was.",
        CELSIUS,
    )
    for unit in (CELSIUS, FAHRENHEIT):
        panel.with_target(query.over_time(_temperature(unit), "{{device}}", unit))
    return _in_both_units(panel).decimals(1).span(WHOLE).height(9)


def _temperature(unit: str) -> str:
    # Grafana puts no variable into a field's unit. So there is a query for each unit,
    # empty unless it is the chosen one, and the query says the unit of its values.
    chosen = f'{{device=~"$device", unit="{unit}", unit="$unit"}}'
    return greatest("pico_temperature", chosen)


def _in_both_units(panel: Temperatures) -> Temperatures:
    for unit in (CELSIUS, FAHRENHEIT):
        panel.override_by_query(unit, [DynamicConfigValue("unit", unit)])
    return panel


def _alerts() -> Builder[Panel]:
    columns = ("alertstate", "severity", "alertname", "device")
    return (
        cells(
            "Alerts",
            "Pending: true, and not yet for long enough to tell anybody. Firing: look "
            "it up by its name in RUNBOOK.md. Empty: nothing is wrong, or the rules "
            "are not loaded. Of all boards, whichever are chosen above.",
        )
        .with_target(
            query.rows(
                f'max by ({", ".join(columns)}) (ALERTS{{alertname=~"Pico.*"}})',
            )
        )
        .with_transformation(_only(columns))
        .override_by_name("alertstate", words.as_words(words.ALERT))
        .no_value("no alerts")
        .span(THIRD)
        .height(7)
    )


def _only(columns: tuple[str, ...]) -> DataTransformerConfig:
    return DataTransformerConfig(
        id_val="organize",
        options={
            "excludeByName": {"Time": True, "Value": True},
            "indexByName": {name: index for index, name in enumerate(columns)},
            "renameByName": {},
        },
    )
