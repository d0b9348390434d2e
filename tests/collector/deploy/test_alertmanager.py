"""In: alertmanager.yml, a real Alertmanager. Out: who is told what, who is silent."""

import contextlib
import re
import subprocess
from collections.abc import AsyncIterator, Mapping
from pathlib import Path

import aiohttp
import pytest

from collector.deploy.alerting_files import ALERTMANAGER, alerts, loaded
from picotemp_tools.smoke import servers
from picotemp_tools.smoke.address import free_address, free_ports
from real_servers import eventually, program

Labels = Mapping[str, str]
Known = tuple[str, str, str]
# As the rules label them; no instance means that no collector is left.
NO_COLLECTOR = {"alertname": "PicotempCollectorDown", "job": "picotemp"}
ONE_COLLECTOR = {**NO_COLLECTOR, "instance": "c:3030"}
SHARD_MISSING = {"alertname": "PicotempShardMissing", "job": "picotemp"}
OVERLOADED = {"alertname": "PicotempCollectorOverloaded", "instance": "c:3030"}
# Of node_exporter, say.
STRANGER = {"alertname": "NodeDiskFull", "device": "sda1", "job": "node"}
# Somebody else's boards, which are called as ours are.
NEIGHBOURS = (
    {"alertname": "PicoFlapping", "device": "attic", "job": "neighbour"},
    {"alertname": "PicoFlapping", "device": "cellar", "job": "neighbour"},
)
AVAILABILITY = {"PicoAvailabilityBurnsFast", "PicoAvailabilityBurnsSlowly"}
HIDDEN_BY_DOWN = AVAILABILITY | {
    *("PicoFlapping", "PicoSlow", "PicoWifiWeak", "PicoReadingFrozen")
}
HIDDEN_BY_SENSOR = AVAILABILITY | {"PicoDown", "PicoFlapping"}
NOT_HIDDEN_BY_SENSOR = ("PicoSensorNotTrusted", "PicoTooHot")
OF_BOARDS = {name for name in alerts() if not name.startswith("Picotemp")}


def test_amtool_finds_nothing_wrong() -> None:
    subprocess.run([program("amtool"), "check-config", ALERTMANAGER], check=True)


def test_the_examples_of_destinations_can_be_used_as_they_are(tmp_path: Path) -> None:
    file = tmp_path / "alertmanager.yml"
    uncommented = re.sub(
        r"^    # ", "    ", ALERTMANAGER.read_text(), flags=re.MULTILINE
    )
    first, last = uncommented.index("receivers:"), uncommented.index("inhibit_rules:")
    file.write_text("route: {receiver: home}\n" + uncommented[first:last])
    (receiver,) = loaded(file)["receivers"]
    assert set(receiver) == {"name", "webhook_configs", "email_configs"}
    subprocess.run([program("amtool"), "check-config", file], check=True)


@pytest.mark.parametrize("severity", ["critical", "warning", "info"])
def test_everything_goes_to_the_one_receiver(severity: str) -> None:
    subprocess.run(
        [
            *(program("amtool"), "config", "routes", "test"),
            *(f"--config.file={ALERTMANAGER}", "--verify.receivers=home"),
            *("alertname=PicoDown", f"severity={severity}"),
        ],
        check=True,
        capture_output=True,
    )


def test_messages_are_soon_and_few_and_never_repeated_beyond_what_is_remembered() -> (
    None
):
    # Alertmanager remembers for five days that it told.
    info = {"matchers": ['severity="info"'], "receiver": "home"}
    assert loaded(ALERTMANAGER)["route"] == {
        "receiver": "home",
        "group_by": ["alertname"],
        "group_wait": "30s",
        "group_interval": "5m",
        "repeat_interval": "12h",
        "routes": [{**info, "repeat_interval": "5d"}],
    }


async def test_what_explains_other_alerts_silences_these_and_no_more(
    tmp_path: Path,
) -> None:
    of_boards = {
        *((name, "attic") for name in OF_BOARDS - {"PicoSensorNotTrusted"}),
        *(
            (name, "cellar")
            for name in HIDDEN_BY_SENSOR | {"PicoSensorNotTrusted", "PicoTooHot"}
        ),
        *((name, "den") for name in OF_BOARDS - {"PicoDown", "PicoSensorNotTrusted"}),
    }
    async with alertmanager(tmp_path) as url, aiohttp.ClientSession() as web:
        told = [of_board(name, device) for name, device in of_boards]
        others = (STRANGER, SHARD_MISSING, OVERLOADED, *NEIGHBOURS)
        await tell(web, url, *told, ONE_COLLECTOR, *others)
        hidden = {
            known(SHARD_MISSING),
            *(known(of_board(name, "attic")) for name in HIDDEN_BY_DOWN),
            *(known(of_board(name, "cellar")) for name in HIDDEN_BY_SENSOR),
        }
        await eventually(lambda: silenced(web, url), lambda found: found == hidden)
        await tell(web, url, NO_COLLECTOR)
        hidden = set(map(known, (SHARD_MISSING, *told, *NEIGHBOURS)))
        await eventually(lambda: silenced(web, url), lambda found: found == hidden)


def of_board(name: str, device: str) -> Labels:
    return {"alertname": name, "device": device, "job": "picotemp"}


def known(labels: Labels) -> Known:
    return labels["alertname"], labels.get("device", ""), labels.get("job", "")


@contextlib.asynccontextmanager
async def alertmanager(folder: Path) -> AsyncIterator[str]:
    address = free_address()
    url = f"http://{address}:{free_ports(address, 1)[0]}"
    found = program("prometheus-alertmanager")
    server = servers.alertmanager(folder, url, found, loaded(ALERTMANAGER))
    try:
        await server.start()
        yield url
    finally:
        await server.end()


async def tell(web: aiohttp.ClientSession, url: str, *labels: Labels) -> None:
    """Give Alertmanager alerts, as Prometheus does."""
    told = [{"labels": dict(each)} for each in labels]
    async with web.post(f"{url}/api/v2/alerts", json=told) as response:
        response.raise_for_status()


async def silenced(web: aiohttp.ClientSession, url: str) -> set[Known]:
    """Give the alerts that Alertmanager holds back."""
    async with web.get(f"{url}/api/v2/alerts?active=false") as response:
        found = await response.json()
    labels = [each["labels"] for each in found if each["status"]["inhibitedBy"]]
    return set(map(known, labels))
