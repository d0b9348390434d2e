"""In: an inventory at work. Out: what changes is seen, what hangs holds up nothing."""

import asyncio
import os
from collections.abc import Awaitable, Callable, Mapping
from threading import Event, current_thread

import aiohttp
import pytest
from attrs import evolve

from collector.exposed import of, samples_of
from collector.fake_clock import FakeClock
from collector.house import House, names
from collector.running import device, running_by
from collector.sd_server import SdServer
from picotemp_collector.background import at_work
from picotemp_collector.config.device_url import device_url
from picotemp_collector.config.shapes import SourceSettings
from picotemp_collector.sources import file_source
from picotemp_collector.sources import inventory as inventory_module
from picotemp_collector.sources.file_source import FilesRead
from picotemp_collector.sources.inventory import HANGS
from picotemp_collector.sources.listing import Listing

Eventually = Callable[[Callable[[], bool]], Awaitable[None]]


async def test_files_are_watched_and_urls_asked_again_and_again(
    house: House, sd: SdServer, eventually: Eventually
) -> None:
    config = house.config(urls=(sd.url,), interval_seconds=0.2)
    inventory = house.take_stock(config)
    await inventory.refresh_files()
    async with at_work(inventory.run()):
        house.write("a.yml", "10.0.0.1")
        await eventually(lambda: names(inventory) == ["10.0.0.1"])
        sd.list_targets("10.0.0.2")
        await eventually(lambda: names(inventory) == ["10.0.0.1", "10.0.0.2"])
        (house.folder / "a.yml").unlink()
        await eventually(lambda: names(inventory) == ["10.0.0.2"])
        sd.status = 500
        await eventually(lambda: not inventory.states()[1].is_current)
        assert names(inventory) == ["10.0.0.2"]


async def test_a_url_that_comes_is_asked_at_once_and_one_that_goes_no_more(
    house: House, sd: SdServer, eventually: Eventually
) -> None:
    inventory = house.take_stock(house.config())
    async with at_work(inventory.run()):
        sd.list_targets("10.0.0.1")
        config = house.config(urls=(sd.url,), interval_seconds=0.1)
        await inventory.turn_to(config)
        await eventually(lambda: names(inventory) == ["10.0.0.1"])
        await inventory.turn_to(house.config())
        assert names(inventory) == []
        asked = len(sd.asked)
        await asyncio.sleep(0.3)
        assert len(sd.asked) == asked


async def test_a_url_that_never_answers_holds_up_nothing(
    house: House, sd: SdServer, eventually: Eventually
) -> None:
    sd.is_silent = True
    config = house.config(device("zoo"), urls=(sd.url,))
    inventory = house.take_stock(config)
    async with at_work(inventory.run()):
        await eventually(lambda: len(sd.asked) == 1)
        house.write("a.yml", "10.0.0.1")
        await eventually(lambda: names(inventory) == ["zoo", "10.0.0.1"])
        house.write("b.yml", "10.0.0.2")
        await inventory.turn_to(config)
        assert names(inventory) == ["zoo", "10.0.0.1", "10.0.0.2"]
        assert inventory.states()[1].last_success_unix_seconds is None


async def test_the_collector_starts_and_polls_beside_a_url_that_never_answers(
    house: House,
    sd: SdServer,
    session: aiohttp.ClientSession,
    clock: FakeClock,
    eventually: Eventually,
) -> None:
    sd.is_silent = True
    house.write("a.yml", "127.0.0.1:1", named="attic")
    config = evolve(
        house.config(urls=(sd.url,)),
        sources=SourceSettings((f"{house.folder}/*.yml",), (device_url(sd.url),)),
    )
    plain = {"Accept-Encoding": "identity"}
    async with running_by(lambda: config, clock.clock) as collector:
        await eventually(lambda: len(sd.asked) == 1)
        async with session.get(f"{collector.url}/metrics", headers=plain) as response:
            samples = samples_of(await response.text())
    assert samples[of("pico_up", "attic")] == 0
    silent = (("source", sd.url),)
    assert samples["picotemp_collector_source_last_refresh_successful", silent] == 0


async def test_a_file_that_changes_while_it_is_read_is_seen_later(
    house: House, eventually: Eventually, monkeypatch: pytest.MonkeyPatch
) -> None:
    house.write("a.yml", "10.0.0.1")
    inventory = house.take_stock(house.config())
    read_files = file_source.read_files

    def read_and_change(pattern: str, last_good: Mapping[str, Listing]) -> FilesRead:
        read = read_files(pattern, last_good)
        monkeypatch.undo()
        house.write("a.yml", "10.0.0.2")
        return read

    monkeypatch.setattr(file_source, "read_files", read_and_change)
    await inventory.refresh_files()
    assert names(inventory) == ["10.0.0.1"]
    async with at_work(inventory.run()):
        await eventually(lambda: names(inventory) == ["10.0.0.2"])


async def test_another_configuration_has_every_url_asked_anew_at_once(
    house: House, sd: SdServer, eventually: Eventually
) -> None:
    config = house.config(urls=(sd.url,))
    inventory = house.take_stock(config)
    async with at_work(inventory.run()):
        await eventually(lambda: inventory.states()[1].is_current)
        sd.list_targets("10.0.0.1")
        await inventory.turn_to(config)
        await eventually(lambda: names(inventory) == ["10.0.0.1"])
    assert len(sd.asked) == 2


async def test_a_file_system_that_hangs_could_not_hold_up_the_end(
    house: House, eventually: Eventually, monkeypatch: pytest.MonkeyPatch
) -> None:
    are_daemons: list[bool] = []
    list_folder = os.listdir

    def look(folder: str) -> list[str]:
        are_daemons.append(current_thread().daemon)
        return list_folder(folder)

    monkeypatch.setattr(os, "listdir", look)
    inventory = house.take_stock(house.config())
    await inventory.refresh_files()
    assert are_daemons == [True, True]
    async with at_work(inventory.run()):
        await eventually(lambda: len(are_daemons) > 2)
    assert all(are_daemons)


class FileSystem:
    """Lists folders, but for the time that it hangs."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.goes_on = Event()
        self._list_folder = os.listdir
        monkeypatch.setattr(inventory_module, "HANG_SECONDS", 0.05)
        monkeypatch.setattr(os, "listdir", self.list_folder)

    def list_folder(self, folder: str) -> list[str]:
        self.goes_on.wait(30)
        return self._list_folder(folder)


async def test_a_start_waits_for_no_file_system_that_hangs(
    house: House, eventually: Eventually, monkeypatch: pytest.MonkeyPatch
) -> None:
    files = FileSystem(monkeypatch)
    house.write("a.yml", "10.0.0.1")
    inventory = house.take_stock(house.config(device("zoo")))
    await inventory.begin()
    assert names(inventory) == ["zoo"]
    assert not inventory.states()[0].ok
    async with at_work(inventory.run()):
        files.goes_on.set()
        await eventually(lambda: names(inventory) == ["zoo", "10.0.0.1"])


async def test_a_file_system_that_hangs_is_told_until_it_goes_on(
    house: House, eventually: Eventually, monkeypatch: pytest.MonkeyPatch
) -> None:
    house.write("a.yml", "10.0.0.1")
    inventory = house.take_stock(house.config())
    await inventory.begin()
    files = FileSystem(monkeypatch)
    async with at_work(inventory.run()):
        await eventually(lambda: not inventory.states()[0].ok)
        [problem] = inventory.states()[0].problems
        assert problem == f"{house.folder}/*.yml: {HANGS}"
        assert names(inventory) == ["10.0.0.1"]
        files.goes_on.set()
        await eventually(lambda: inventory.states()[0].ok)
    assert names(inventory) == ["10.0.0.1"]
