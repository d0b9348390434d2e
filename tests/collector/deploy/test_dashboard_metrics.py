"""In: the dashboard's expressions, a collector, rules. Out: no metric that is none."""

import aiohttp
import yaml

from collector.deploy.dashboard_panels import FILE, metrics, panels, queries
from collector.exposed import families_of
from collector.fake_clock import FakeClock
from collector.running import Running
from picotemp_collector.metrics.family import FAMILIES

RULES = FILE.parents[1] / "alerting"
OF_PROMETHEUS = {"up", "ALERTS"}


async def test_every_metric_of_the_dashboard_is_one_that_there_is(
    collector: Running, session: aiohttp.ClientSession, clock: FakeClock
) -> None:
    clock.advance(60)  # Its own text is made seldom, and this is a later one.
    named = set().union(*(metrics(query.expression) for query in queries()))
    of_boards = {family.name for family in FAMILIES}
    of_itself = await exported(collector, session)
    assert named - of_boards - of_itself - recorded() == OF_PROMETHEUS
    # So that no kind is missing because nothing was found in the expressions.
    for kind in (of_boards, of_itself, recorded()):
        assert named & kind


def test_a_limit_that_is_drawn_is_the_one_that_raises_the_alert() -> None:
    drawn = {
        panel["title"]: panel["fieldConfig"]["defaults"]["thresholds"]["steps"][1]
        for panel in panels()
        if "thresholds" in panel["fieldConfig"]["defaults"]
    }
    limits = {title: step["value"] for title, step in drawn.items()}
    assert limits == {
        "Answer time (limit: 500 ms)": 0.5,
        "Availability, 30 days (goal: 99.9 %)": 0.999,
        "Wi-Fi strength (weak: below -80 dBm)": -80,
    }
    assert alert("PicoSlow").endswith("> 0.5")
    assert alert("PicoWifiWeak").endswith("< -80")
    assert alert("PicoAvailabilityBurnsFast").endswith("* 0.001")


def alert(name: str) -> str:
    """Give the expression of a shipped alert."""
    groups = yaml.safe_load((RULES / "alerts.yml").read_text())["groups"]
    rules = [rule for group in groups for rule in group["rules"]]
    (found,) = (str(rule["expr"]) for rule in rules if rule["alert"] == name)
    return found.strip()


async def exported(collector: Running, session: aiohttp.ClientSession) -> set[str]:
    """Give the names of all samples that a collector tells of itself."""
    url = f"{collector.url}/metrics"
    async with session.get(url, headers={"Accept-Encoding": ""}) as response:
        text = await response.text()
    names = {sample.name for family in families_of(text) for sample in family.samples}
    return {name for name in names if name.startswith("picotemp_collector_")}


def recorded() -> set[str]:
    """Give what the shipped rules record."""
    groups = yaml.safe_load((RULES / "recording.yml").read_text())["groups"]
    return {rule["record"] for group in groups for rule in group["rules"]}
