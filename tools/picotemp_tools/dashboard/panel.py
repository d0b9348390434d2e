"""In: a title, what to do, a unit. Out: an empty panel of each kind we draw."""

from typing import TypeVar

from grafana_foundation_sdk.builders import (
    common,
    dashboard,
    stat,
    statetimeline,
    table,
    timeseries,
)
from grafana_foundation_sdk.models.common import (
    BigValueGraphMode,
    BigValueTextMode,
    GraphThresholdsStyleMode,
    LegendDisplayMode,
    LegendPlacement,
    SortOrder,
    TooltipDisplayMode,
    VisibilityMode,
)
from grafana_foundation_sdk.models.dashboard import (
    FieldColorModeId,
    Threshold,
    ThresholdsMode,
    ValueMap,
)

from .variables import SOURCE

RED, TRANSPARENT = "red", "transparent"
# The grid's columns; panels of a row share them.
WHOLE, TWO_THIRDS, HALF, THIRD, QUARTER = 24, 16, 12, 8, 6
Panel = TypeVar("Panel", stat.Panel, statetimeline.Panel, table.Panel, timeseries.Panel)


def lines(title: str, description: str, unit: str) -> timeseries.Panel:
    """Give a panel of lines that end where there is no value."""
    return (
        _panel(timeseries.Panel(), title, description, unit)
        .span_nulls(False)
        .show_points(VisibilityMode.AUTO)
        # By name: a board has the same colour in every panel.
        .color_scheme(_colour(FieldColorModeId.PALETTE_CLASSIC_BY_NAME))
        .legend(_legend())
        .tooltip(
            common.VizTooltipOptions()
            .mode(TooltipDisplayMode.MULTI)
            .sort(SortOrder.DESCENDING)
        )
    )


def values(title: str, description: str, unit: str) -> stat.Panel:
    """Give a panel of figures, each with its name."""
    return (
        _panel(stat.Panel(), title, description, unit)
        .graph_mode(BigValueGraphMode.NONE)
        .text_mode(BigValueTextMode.VALUE_AND_NAME)
        .reduce_options(common.ReduceDataOptions().calcs(["lastNotNull"]))
        .color_scheme(_colour(FieldColorModeId.FIXED).fixed_color("text"))
    )


def states(title: str, description: str, words: list[ValueMap]) -> statetimeline.Panel:
    """Give a panel that shows over time which of some words holds."""
    return (
        _panel(statetimeline.Panel(), title, description, "none")
        .mappings(list(words))
        .show_value(VisibilityMode.AUTO)
        .span_nulls(False)
        .legend(_legend())
    )


def cells(title: str, description: str) -> table.Panel:
    """Give a table."""
    return _panel(table.Panel(), title, description, "none")


def lined(panel: timeseries.Panel, below: str, limit: float, above: str) -> None:
    """Draw a limit into a panel of lines, in the colour of its bad side.

    The colour of the good side is TRANSPARENT.
    """
    steps = [Threshold(None, below), Threshold(limit, above)]
    style = common.GraphThresholdsStyleConfig().mode(GraphThresholdsStyleMode.DASHED)
    panel.thresholds(_thresholds(steps)).thresholds_style(style)


def _panel(panel: Panel, title: str, description: str, unit: str) -> Panel:
    panel.title(title).description(description).datasource(SOURCE).unit(unit)
    return panel


def _legend() -> common.VizLegendOptions:
    return (
        common.VizLegendOptions()
        .show_legend(True)
        .display_mode(LegendDisplayMode.LIST)
        .placement(LegendPlacement.BOTTOM)
        # No last value beside the name: of a line that ended it is an old one.
        .calcs([])
    )


def _colour(mode: FieldColorModeId) -> dashboard.FieldColor:
    return dashboard.FieldColor().mode(mode)


def _thresholds(steps: list[Threshold]) -> dashboard.ThresholdsConfig:
    return dashboard.ThresholdsConfig().mode(ThresholdsMode.ABSOLUTE).steps(steps)
