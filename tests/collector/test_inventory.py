"""In: a list, files and URLs that change. Out: the right devices, told when new."""

import logging
from collections.abc import Awaitable, Callable

import pytest
from attrs import evolve

from collector.house import House, ask_url, names
from collector.running import device
from collector.sd_server import SdServer
from picotemp_collector.config.shapes import (
    PollSettings,
    Seconds,
    SourceSettings,
)
from picotemp_collector.config.shard import Shard

Eventually = Callable[[Callable[[], bool]], Awaitable[None]]


async def test_the_list_comes_before_files_before_urls(
    house: House, sd: SdServer
) -> None:
    house.write("a.yml", "10.0.0.1")
    sd.list_targets("10.0.0.2")
    inventory = house.take_stock(house.config(device("zoo"), urls=(sd.url,)))
    assert names(inventory) == ["zoo"]
    await ask_url(inventory)
    assert names(inventory) == ["zoo", "10.0.0.1", "10.0.0.2"]
    told = house.changes
    await ask_url(inventory)
    assert house.changes == told


async def test_the_first_of_equal_names_stays_and_costs_nobody_else_anything(
    house: House,
) -> None:
    house.write("a.yml", "10.0.0.1", named="attic")
    house.write("b.yml", "http://u:s3cret@10.0.0.2", named="cellar")
    house.write("c.yml", "10.0.0.3", named="cellar")
    inventory = house.take_stock(house.config(device("attic", "http://10.0.0.9/")))
    await inventory.refresh_files()
    assert [(one.name, one.shown_url) for one in inventory.devices()] == [
        ("attic", "http://10.0.0.9/"),
        ("cellar", "http://***@10.0.0.2/"),
    ]
    (state,) = inventory.states()
    assert state.is_current
    where = f"{house.folder}/{{}}.yml: group 1: target 1"
    first, second = state.problems
    assert first == (
        f'{where.format("a")}: the name "attic" is already that of http://10.0.0.9/ in'
        " the configuration's own list; give one of them another name"
    )
    assert second == (
        f'{where.format("c")}: the name "cellar" is already that of'
        f" http://***@10.0.0.2/ in {where.format('b')}; give one of them another name"
    )


async def test_an_equal_name_with_an_equal_url_is_the_same_device(
    house: House,
) -> None:
    house.write("a.yml", "10.0.0.1", "10.0.0.1")
    house.write("b.yml", "http://10.0.0.1/")
    inventory = house.take_stock(house.config(device("10.0.0.1", "http://10.0.0.1/")))
    await inventory.refresh_files()
    assert names(inventory) == ["10.0.0.1"]
    assert inventory.states()[0].problems == ()


async def test_of_all_shards_each_device_is_in_one(house: House) -> None:
    targets = [f"10.0.0.{number}" for number in range(50)]
    house.write("a.yml", *targets)
    found = []
    for index in range(3):
        poll = PollSettings(shard=Shard(index, 3))
        config = evolve(house.config(device("attic")), poll=poll)
        inventory = house.take_stock(config)
        await inventory.refresh_files()
        assert all(Shard(index, 3).holds(name) for name in names(inventory))
        found += names(inventory)
    assert sorted(found) == sorted([*targets, "attic"])


async def test_another_configuration_keeps_what_a_silent_url_has_listed(
    house: House, sd: SdServer
) -> None:
    sd.list_targets("10.0.0.1")
    inventory = house.take_stock(house.config(urls=(sd.url,)))
    await ask_url(inventory)
    house.write("a.yml", "10.0.0.2")
    poll = PollSettings(interval_seconds=Seconds(9.0))
    config = evolve(house.config(device("zoo"), urls=(sd.url,)), poll=poll)
    await inventory.turn_to(config)
    assert names(inventory) == ["zoo", "10.0.0.2", "10.0.0.1"]
    assert [one.interval_seconds for one in inventory.devices()] == [5.0, 9.0, 9.0]
    assert house.changes == 2
    await inventory.turn_to(evolve(config, sources=SourceSettings()))
    assert names(inventory) == ["zoo"]
    assert inventory.states() == ()


async def test_a_fault_is_logged_once_and_its_end_once(
    house: House,
    sd: SdServer,
    caplog: pytest.LogCaptureFixture,
) -> None:
    inventory = house.take_stock(house.config(urls=(sd.url,)))
    await inventory.refresh_files()
    caplog.set_level(logging.INFO, "picotemp_collector")
    caplog.clear()
    sd.status = 500
    for _ in range(3):
        await ask_url(inventory)
    sd.status = 200
    for _ in range(3):
        await ask_url(inventory)
    assert [record.getMessage() for record in caplog.records] == [
        f"source {sd.url}: expected status 200, given 500",
        f"source {sd.url} lists 0 devices",
    ]


async def test_urls_that_look_alike_are_told_apart(house: House) -> None:
    urls = ("http://10.0.0.1/sd?key=a", "http://10.0.0.1/sd?key=b")
    inventory = house.take_stock(house.config(urls=urls))
    assert [state.origin for state in inventory.states()][1:] == [
        "http://10.0.0.1/sd?***",
        "http://10.0.0.1/sd?*** (2)",
    ]
