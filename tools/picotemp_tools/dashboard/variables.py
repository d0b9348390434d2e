"""In: nothing. Out: what a user chooses above the panels: data source, device, unit."""

from grafana_foundation_sdk.builders import dashboard as builder
from grafana_foundation_sdk.cog.builder import Builder
from grafana_foundation_sdk.models.common import DataSourceRef
from grafana_foundation_sdk.models.dashboard import (
    VariableModel,
    VariableOption,
    VariableRefresh,
    VariableSort,
)

SOURCE = DataSourceRef("prometheus", "${datasource}")
# The names that pico_temperature's label `unit` has.
CELSIUS, FAHRENHEIT = "celsius", "fahrenheit"
DEVICES = "label_values(pico_up, device)"
# Grafana's number for a query of that kind.
LABEL_VALUES = 1


def variables() -> list[Builder[VariableModel]]:
    """Give the variables in the order in which they are shown."""
    return [_datasource(), _device(), _unit()]


def _datasource() -> Builder[VariableModel]:
    return (
        builder.DatasourceVariable("datasource")
        .label("data source")
        .type("prometheus")
        .current(VariableOption(text="Prometheus", value="prometheus"))
    )


def _device() -> Builder[VariableModel]:
    return (
        builder.QueryVariable("device")
        .datasource(SOURCE)
        .query({"qryType": LABEL_VALUES, "query": DEVICES, "refId": "device"})
        .definition(DEVICES)
        .refresh(VariableRefresh.ON_TIME_RANGE_CHANGED)
        .sort(VariableSort.NATURAL_ASC)
        .multi(True)
        .include_all(True)
        .all_value(".+")
        .current(VariableOption(text=["All"], value=["$__all"]))
    )


def _unit() -> Builder[VariableModel]:
    return (
        builder.CustomVariable("unit")
        .values(f"°C : {CELSIUS}, °F : {FAHRENHEIT}")
        .current(VariableOption(selected=True, text="°C", value=CELSIUS))
        .options(
            [
                VariableOption(selected=True, text="°C", value=CELSIUS),
                VariableOption(selected=False, text="°F", value=FAHRENHEIT),
            ]
        )
    )
