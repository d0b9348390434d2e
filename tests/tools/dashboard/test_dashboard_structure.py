"""In: the committed dashboard. Out: every panel is whole, and none covers another."""

import itertools
import json
import re
from typing import Any

import pytest

from collector.deploy.dashboard_panels import (
    UNITS,
    asked,
    dashboard,
    metrics,
    panels,
    queries,
)

SOURCE = {"type": "prometheus", "uid": "${datasource}"}
COLUMNS = 24
MOST_TITLE_CHARACTERS = 40
LINES = ("timeseries", "state-timeline")

every_panel = pytest.mark.parametrize(
    "panel", panels(), ids=lambda panel: str(panel["title"])
)


def variable(name: str) -> dict[str, Any]:
    found: dict[str, Any]
    (found,) = (v for v in dashboard()["templating"]["list"] if v["name"] == name)
    return found


def test_it_is_known_by_its_name() -> None:
    assert dashboard()["uid"] == dashboard()["title"] == "picotemp"


def test_a_user_chooses_data_source_devices_and_unit() -> None:
    names = [found["name"] for found in dashboard()["templating"]["list"]]
    assert names == ["datasource", "device", "unit"]
    assert variable("datasource")["query"] == "prometheus"
    assert variable("datasource")["current"]["value"] == "prometheus"
    device = variable("device")
    assert device["query"]["query"] == "label_values(pico_up, device)"
    assert device["datasource"] == SOURCE
    assert (device["multi"], device["includeAll"], device["allValue"]) == (
        *(True, True),
        ".+",
    )
    assert device["current"]["value"] == ["$__all"]
    assert variable("unit")["query"] == "°C : celsius, °F : fahrenheit"
    assert variable("unit")["current"]["value"] == "celsius"


@every_panel
def test_every_panel_says_what_it_is_what_to_do_and_in_which_unit(
    panel: dict[str, Any],
) -> None:
    assert 0 < len(panel["title"]) <= MOST_TITLE_CHARACTERS
    assert panel["description"].endswith(".")
    assert panel["fieldConfig"]["defaults"]["unit"]
    assert panel["targets"]


@every_panel
def test_every_panel_and_query_asks_the_chosen_data_source(
    panel: dict[str, Any],
) -> None:
    assert panel["datasource"] == SOURCE
    assert [target["datasource"] for target in panel["targets"]] == (
        [SOURCE] * len(panel["targets"])
    )


@every_panel
def test_the_queries_of_a_panel_have_names_of_their_own(panel: dict[str, Any]) -> None:
    names = [target["refId"] for target in panel["targets"]]
    assert len(set(names)) == len(names)


def test_panels_have_numbers_and_titles_of_their_own() -> None:
    everything = dashboard()["panels"]
    for key in ("id", "title"):
        assert len({panel[key] for panel in everything}) == len(everything)


def test_no_panel_covers_another_or_leaves_the_grid() -> None:
    places = [panel["gridPos"] for panel in dashboard()["panels"]]
    for place in places:
        assert place["x"] >= 0
        assert place["x"] + place["w"] <= COLUMNS
    for one, other in itertools.combinations(places, 2):
        assert not (overlap(one, other, "x", "w") and overlap(one, other, "y", "h"))


def overlap(one: dict[str, int], other: dict[str, int], at: str, size: str) -> bool:
    return one[at] < other[at] + other[size] and other[at] < one[at] + one[size]


def test_a_gap_is_drawn_as_a_gap() -> None:
    drawn = [panel for panel in panels() if panel["type"] in LINES]
    assert len(drawn) >= 2
    for panel in drawn:
        assert panel["fieldConfig"]["defaults"]["custom"]["spanNulls"] is False


def test_no_panel_shows_the_last_value_of_a_series_that_ended() -> None:
    for panel in panels():
        legend = panel["options"].get("legend", {"calcs": []})
        assert legend["calcs"] == [], panel["title"]
        if panel["type"] in ("stat", "table"):
            assert all(target["instant"] for target in panel["targets"])


def test_the_unit_that_is_shown_is_the_one_that_is_asked_for() -> None:
    found = [panel for panel in panels() if "$unit" in json.dumps(panel["targets"])]
    assert [panel["type"] for panel in found] == ["stat", "timeseries"]
    for panel in found:
        of_query = {
            override["matcher"]["options"]: override["properties"]
            for override in panel["fieldConfig"]["overrides"]
            if override["matcher"]["id"] == "byFrameRefID"
        }
        assert set(of_query) == {target["refId"] for target in panel["targets"]}
        for target in panel["targets"]:
            (shown,) = of_query[target["refId"]]
            asked_for = re.findall(r'unit="(\w+)"', target["expr"])
            assert asked_for == [shown["value"]]
            assert shown["id"] == "unit"
            assert shown["value"] in UNITS


def test_no_state_is_told_by_colour_alone() -> None:
    text = json.dumps(dashboard())
    results = re.findall(r'\{"text": "[a-z ]+", "color": "\w+", "index": \d\}', text)
    assert len(results) == text.count('"color": "') - len(limits())
    assert all(limit["color"] in ("red", "transparent") for limit in limits())


def limits() -> list[dict[str, Any]]:
    return [
        step
        for panel in panels()
        for step in panel["fieldConfig"]["defaults"].get("thresholds", {"steps": []})[
            "steps"
        ]
    ]


def test_a_rate_is_taken_over_what_the_scrape_interval_allows() -> None:
    for query in queries():
        for range_text in re.findall(r"\[[^\]]*\]", query.expression):
            assert range_text == "[$__rate_interval]"


def test_variables_go_in_and_metrics_are_found() -> None:
    expression = 'max by (a) (b:c{d=~"$device"} and f > 0) + rate(e[$__rate_interval])'
    replaced = asked(expression, device="x", __rate_interval="1m")
    assert replaced == 'max by (a) (b:c{d=~"x"} and f > 0) + rate(e[1m])'
    assert metrics(expression) == {"b:c", "e", "f"}
