"""In: RUNBOOK.md, the shipped rules. Out: the numbers in its text are in force."""

import re

import pytest

from collector.deploy.alerting_files import (
    ALERTMANAGER,
    DEPLOY,
    RUNBOOK,
    alerts,
    loaded,
)
from picotemp_collector.config.shapes import DEFAULT_TIMEOUT_SECONDS, PollSettings

TEXT = " ".join(RUNBOOK.read_text().split())
DURATIONS = {
    "30s": "half a minute",
    "1m": "a minute",
    "2m": "two minutes",
    "5m": "five minutes",
    "10m": "ten minutes",
    "15m": "a quarter of an hour",
    "30m": "half an hour",
    "1h": "an hour",
}
TOLD = {
    "PicoDown": "no collector has had a reading from this board for {held}.",
    "PicoFlapping": "went or came more than {limit} times within {window}.",
    "PicoReadingFrozen": "not changed by a hundredth of a degree for more than {held}.",
    "PicoTooHot": "has been above {limit} °C, on average of {window}, for {held}.",
    "PicoTooCold": "has been below {limit} °C, on average of {window}, for {held}.",
    "PicoWifiWeak": "has been below {limit} dBm for {held}.",
    "PicoSlow": "the good answers of the last {window} took more than {limit} s.",
    "PicotempCollectorDown": "gets nothing from a collector for {held}.",
    "PicotempCollectorOverloaded": "for {held} one poll in a hundred",
    "PicotempReloadFailed": "could not be used for {held}.",
}
AWAY = {
    "PicoAvailabilityBurnsFast": "less than {percent:g} % of the last hour",
    "PicoAvailabilityBurnsSlowly": "less than {percent:g} %, for {held} on end",
}


def section(alert: str) -> str:
    """Give what the page says below an alert's heading."""
    return TEXT.partition(f"### {alert} ")[2].partition("### ")[0]


@pytest.mark.parametrize("name", TOLD)
def test_an_alert_is_told_with_its_own_numbers(name: str) -> None:
    rule = alerts()[name]
    windows = re.findall(r"\[(\w+)\]", rule["expr"])
    limits = re.findall(r"[<>] (-?[\d.]+)$", rule["expr"].strip())
    numbers = {
        "held": DURATIONS[rule.get("for", "1m")],
        "window": DURATIONS.get(windows[0], "") if windows else "",
        "limit": limits[0] if limits else "",
    }
    assert TOLD[name].format(**numbers) in section(name)


@pytest.mark.parametrize("name", AWAY)
def test_an_availability_is_told_as_its_alert_computes_it(name: str) -> None:
    rule = alerts()[name]
    paces = set(re.findall(r"> ([\d.]+) \* 0\.001$", rule["expr"], re.MULTILINE))
    (pace,) = paces or {"none"}
    percent = round(100 - float(pace) * 0.1, 2)
    told = AWAY[name].format(percent=percent, held=DURATIONS[rule["for"]])
    assert told in section(name)


def test_the_age_of_a_fresh_reading_is_what_the_shipped_settings_make_it() -> None:
    shipped = map(loaded, DEPLOY.rglob("prometheus.yml"))
    (scrape,) = {one["global"]["scrape_interval"] for one in shipped}
    scrape_seconds = float(scrape.removesuffix("s"))
    polls_seconds = 2 * PollSettings().interval_seconds + DEFAULT_TIMEOUT_SECONDS
    assert f"a scrape ({polls_seconds + scrape_seconds:g} s as shipped)" in TEXT


def test_messages_come_when_the_page_says_they_do() -> None:
    route = loaded(ALERTMANAGER)["route"]
    fires, comes, ends = (
        DURATIONS[one]
        for one in (
            alerts()["PicoDown"]["for"],
            route["group_wait"],
            route["group_interval"],
        )
    )
    assert f"After {fires} `PicoDown` fires, and {comes} later the message" in TEXT
    assert f"comes within {ends} (`group_interval`)" in TEXT
