"""In: rows of panels and the variables. Out: the dashboard, as the text of its file."""

import json
from collections.abc import Iterable

from grafana_foundation_sdk.builders import dashboard as builder
from grafana_foundation_sdk.cog.builder import Builder
from grafana_foundation_sdk.cog.encoder import JSONEncoder
from grafana_foundation_sdk.models import dashboard as model

from .boards import boards
from .collectors import collectors
from .now import now
from .variables import variables

TITLE = UID = "picotemp"
DESCRIPTION = (
    "Boards and collectors of picotemp. A temperature that is shown is fresh; where "
    "there is none, none is drawn, and Boards says why."
)
ROWS = (("Now", now), ("Boards", boards), ("Collectors", collectors))


def document() -> str:
    """Give the dashboard as JSON, the same at every call."""
    # The older of Grafana's two schemas: Grafana reads it from a provisioned file in
    # every version that people run, the newer one only lately.
    built = (
        builder.Dashboard(TITLE)
        .uid(UID)
        .description(DESCRIPTION)
        .tags([TITLE])
        .timezone("browser")
        .time("now-6h", "now")
        .refresh("30s")
        .tooltip(model.DashboardCursorSync.CROSSHAIR)
        .variables(variables())
    )
    for title, panels in ROWS:
        _add_row(built, title, panels())
    text = json.dumps(
        _numbered(built.build()), cls=JSONEncoder, indent=2, ensure_ascii=False
    )
    return f"{text}\n"


def _add_row(
    built: builder.Dashboard, title: str, panels: Iterable[Builder[model.Panel]]
) -> None:
    built.with_row(builder.Row(title))
    for panel in panels:
        built.with_panel(panel)


def _numbered(built: model.Dashboard) -> model.Dashboard:
    for number, panel in enumerate(built.panels or [], 1):
        panel.id_val = number
    return built
