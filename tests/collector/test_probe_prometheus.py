"""In: a real Prometheus with little time, boards that take some. Out: the truth."""

from collections.abc import Callable
from pathlib import Path

from attrs import define

from collector.answering import answering
from collector.probing import Board, probing
from collector.running import device
from picotemp.payload import Reading
from picotemp_collector.readings.device import Device
from picotemp_collector.readings.info import DeviceInfo
from picotemp_tools.emulator import Place
from real_servers import Series, eventually, prometheus

SCRAPES = 4
TIMES = ("300ms", "500ms")


@define
class House:
    """A board that answers within 20 ms, and one that does never."""

    quick: Board
    dead: Board

    async def read(self, device: Device) -> Reading:
        return await (self.quick if device.name == "quick" else self.dead).read(device)

    async def ask_info(self, device: Device) -> DeviceInfo | None:
        return await self.quick.ask_info(device)


async def test_a_real_prometheus_with_little_time_sees_who_is_up_and_who_is_not(
    new_place: Callable[[], Place], tmp_path: Path
) -> None:
    def are_enough(found: list[Series]) -> bool:
        return len(found) == 2 * len(TIMES) and all(
            len(samples) >= SCRAPES for _, samples in found
        )

    house = House(Board(0.02), Board(60.0))
    devices = (device("quick", "http://10.0.0.7/"), device("dead", "http://10.0.0.8/"))
    async with (
        probing(house, *devices) as probes,
        answering(probes) as url,
        prometheus(new_place().address, "", tmp_path, probing_by(url)) as server,
    ):
        found: dict[tuple[str, str, str], set[float]] = {}
        for name in ("probe_success", "up", "pico_temperature_celsius"):
            is_done = are_enough if name == "probe_success" else bool
            for labels, samples in await eventually(
                lambda name=name: server.series(f"{name}[1m]"),  # type: ignore[misc]
                is_done,
            ):
                values = {value for _, value in samples}
                found[labels["__name__"], labels["job"], labels["instance"]] = values
                assert "device" not in labels
    for each in TIMES:
        assert found["up", each, "quick"] == found["up", each, "dead"] == {1}
        assert found["probe_success", each, "quick"] == {1}
        assert found["pico_temperature_celsius", each, "quick"] == {20}
        assert found["probe_success", each, "dead"] == {0}
        assert ("pico_temperature_celsius", each, "dead") not in found


def probing_by(url: str) -> str:
    """Give a configuration as people write it for exporters with targets."""
    address = url.removeprefix("http://")
    jobs = "".join(
        f"- job_name: {each}\n"
        "  scrape_interval: 700ms\n"
        f"  scrape_timeout: {each}\n"
        "  metrics_path: /probe\n"
        "  static_configs: [{targets: [quick, dead]}]\n"
        "  relabel_configs:\n"
        "  - {source_labels: [__address__], target_label: __param_target}\n"
        "  - {source_labels: [__param_target], target_label: instance}\n"
        f"  - {{target_label: __address__, replacement: '{address}'}}\n"
        for each in TIMES
    )
    return f"scrape_configs:\n{jobs}"
