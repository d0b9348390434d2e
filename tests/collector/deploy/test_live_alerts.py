"""In: boards that fail, the shipped rules. Out: what a real Alertmanager tells."""

import contextlib
from collections.abc import AsyncIterator, Callable
from datetime import UTC, datetime, timedelta
from http import HTTPStatus
from typing import Any

from picotemp_tools.emulator import Place
from picotemp_tools.smoke import shipped, stack
from picotemp_tools.smoke.programs import Programs
from picotemp_tools.smoke.stack import Stack
from picotemp_tools.smoke.webhook import Notice
from real_servers import eventually, program

Places = Callable[[], Place]

# Two minutes are four seconds then, and all of it happens in half a minute.
DIVISOR = 30
PATIENCE_SECONDS = 60
GROUP_WAIT_SECONDS = 30 / DIVISOR


@contextlib.asynccontextmanager
async def alerting(new_place: Places) -> AsyncIterator[Stack]:
    """Run three boards and all that tells of them, until each is known to be up."""
    programs = Programs(program("prometheus"), program("prometheus-alertmanager"))
    address, *_ = [new_place().address for _ in range(stack.BOARDS)]
    rules = shipped.load(shipped.CHECKOUT, DIVISOR)
    async with stack.running(programs, rules, address) as running:
        await eventually(
            lambda: running.prometheus.query("device:pico_up:max"),
            lambda up: sum(up.values()) == stack.BOARDS,
        )
        yield running


async def told(running: Stack, *notices: Notice) -> None:
    """Wait until the webhook has been told all of these."""
    await eventually(
        running.webhook.told,
        lambda heard: set(notices) <= set(heard),
        PATIENCE_SECONDS,
    )


async def alerts(running: Stack) -> list[dict[str, Any]]:
    """Give the alerts as Alertmanager has them."""
    assert running.alertmanager
    url = f"{running.alertmanager.url}/api/v2/alerts"
    async with running.web.get(url) as response:
        found: list[dict[str, Any]] = await response.json()
        return found


def of_devices(notices: list[Notice]) -> list[Notice]:
    return [notice for notice in notices if notice.device]


async def test_a_dead_board_is_down_one_without_trust_is_not_and_both_recover(
    new_place: Places,
) -> None:
    async with alerting(new_place) as running:
        dead, distrusted, well = running.boards
        down = Notice("PicoDown", dead.place.name, "firing")
        untrusted = Notice("PicoSensorNotTrusted", distrusted.place.name, "firing")
        distrusted.change(adc="stuck")
        dead.power_cut()
        await told(running, down, untrusted)

        # Each had as much time to be called the other's name.
        names = {"PicoDown", "PicoSensorNotTrusted"}
        assert {
            (alert.name, alert.device)
            for alert in await running.prometheus.alerts()
            if alert.name in names and alert.state == "firing"
        } == {(notice.alert, notice.device) for notice in (down, untrusted)}
        heard = [notice for notice in running.webhook.notices if notice.alert in names]
        assert sorted(heard, key=str) == sorted([down, untrusted], key=str)
        assert [n for n in heard if n.device == well.place.name] == []

        distrusted.change(adc="ok")
        dead.power_on()
        await told(
            running,
            Notice("PicoDown", dead.place.name, "resolved"),
            Notice("PicoSensorNotTrusted", distrusted.place.name, "resolved"),
        )


async def test_the_collectors_own_death_is_told_and_nothing_of_the_boards(
    new_place: Places,
) -> None:
    async with alerting(new_place) as running:
        dead, other, _ = running.boards
        down = Notice("PicoDown", dead.place.name, "firing")
        dead.power_cut()
        await told(running, down)

        before = of_devices(running.webhook.notices)
        await running.collector.end(at_once=True)
        await told(running, Notice("PicotempCollectorDown", "", "firing"))
        # Whatever of the boards comes now, or is still there, is held back.
        await post(running, alertname="PicoTooHot", device=other.place.name)
        found = await eventually(
            lambda: alerts(running),
            lambda seen: any(a["labels"]["alertname"] == "PicoTooHot" for a in seen),
        )
        for alert in found:
            if "device" in alert["labels"]:
                assert alert["status"]["state"] == "suppressed", alert
                assert alert["status"]["inhibitedBy"] != [], alert

        # Prometheus forgets the board, which is no recovery.
        await eventually(
            running.prometheus.alerts,
            lambda seen: down.alert not in {alert.name for alert in seen},
        )
        # A group is told of its changes once in a group_interval: when the end of this
        # alert is told, those of the boards have had their turn too.
        await post(running, lasts_seconds=2 * GROUP_WAIT_SECONDS, alertname="Marker")
        await told(running, Notice("Marker", "", "resolved"))
        assert of_devices(running.webhook.notices) == before


async def post(running: Stack, lasts_seconds: float = 60, **labels: str) -> None:
    """Give Alertmanager one alert more, as Prometheus does."""
    assert running.alertmanager
    now = datetime.now(UTC)
    alert = {
        "labels": labels,
        "startsAt": now.isoformat(),
        "endsAt": (now + timedelta(seconds=lasts_seconds)).isoformat(),
    }
    url = f"{running.alertmanager.url}/api/v2/alerts"
    async with running.web.post(url, json=[alert]) as response:
        assert response.status == HTTPStatus.OK
