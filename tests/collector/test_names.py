"""In: names, some dead, some slow. Out: addresses at once, none late for another."""

import asyncio
import socket

import pytest
from attrs import define, field

from collector.virtual_time import now_seconds, run_virtually
from picotemp_collector.devices.address import Address, Addresses
from picotemp_collector.devices.names import (
    DEAD_SECONDS,
    FRESH_SECONDS,
    KEPT_SECONDS,
    MOST_DOUBTFUL_LOOKUPS,
    MOST_NAMES,
    Names,
)

OLD = Address("10.0.0.7", socket.AF_INET)
NEW = Address("10.0.0.8", socket.AF_INET)


@define
class Directory:
    """Knows the names that it is told; a dead one takes 20 s to be found so."""

    known: dict[str, Address] = field(factory=lambda: {"attic": OLD})
    takes_seconds: float = 1.0
    dead_takes_seconds: float = 20.0
    asked: list[str] = field(factory=list)
    in_flight: int = 0
    most_in_flight: int = 0

    async def look_up(self, host: str) -> Addresses:
        self.asked.append(host)
        self.in_flight += 1
        self.most_in_flight = max(self.most_in_flight, self.in_flight)
        address = self.known.get(host)
        try:
            takes_seconds = self.takes_seconds if address else self.dead_takes_seconds
            await asyncio.sleep(takes_seconds)
        finally:
            self.in_flight -= 1
        if not address:
            raise OSError(None, "no such name")
        return (address,)


async def fails(names: Names, host: str) -> None:
    with pytest.raises(OSError, match="no address"):
        await names.resolve(host)


@pytest.mark.parametrize(
    ("text", "family"),
    [
        ("10.0.0.7", socket.AF_INET),
        ("fd00::7", socket.AF_INET6),
        ("fe80::7%eth0", socket.AF_INET6),
    ],
)
def test_an_address_is_not_looked_up(text: str, family: socket.AddressFamily) -> None:
    async def resolve() -> None:
        directory = Directory()
        found = await Names(directory.look_up).resolve(text)
        assert (found, directory.asked) == ((Address(text, family),), [])

    run_virtually(resolve())


def test_all_who_ask_for_a_name_share_one_lookup_and_who_leaves_fails_no_other() -> (
    None
):
    async def resolve() -> None:
        directory = Directory()
        names = Names(directory.look_up)
        first, *others = [
            asyncio.create_task(names.resolve("attic")) for _ in range(50)
        ]
        await asyncio.sleep(0.5)
        assert names.is_looking_up("attic")
        first.cancel()
        assert await asyncio.gather(*others) == [(OLD,)] * 49
        assert directory.asked == ["attic"]
        assert not names.is_looking_up("attic")

    run_virtually(resolve())


def test_a_known_address_is_given_at_once_while_it_is_looked_up_again() -> None:
    async def resolve() -> None:
        directory = Directory()
        names = Names(directory.look_up)
        await names.resolve("attic")
        directory.known["attic"] = NEW
        await asyncio.sleep(FRESH_SECONDS)
        begun_seconds = now_seconds()
        assert await names.resolve("attic") == (OLD,)
        assert now_seconds() == begun_seconds
        assert not names.is_looking_up("attic")
        await asyncio.sleep(1.1)
        assert await names.resolve("attic") == (NEW,)
        assert directory.asked == ["attic"] * 2

    run_virtually(resolve())


def test_the_last_good_address_outlives_the_name_server_for_an_hour_at_most() -> None:
    async def resolve() -> None:
        directory = Directory()
        names = Names(directory.look_up)
        await names.resolve("attic")
        directory.known.clear()
        ends_seconds = now_seconds() + KEPT_SECONDS - 1
        while now_seconds() < ends_seconds:
            assert await names.resolve("attic") == (OLD,)
            await asyncio.sleep(5)
        assert len(directory.asked) <= KEPT_SECONDS / (DEAD_SECONDS + 20) + 2
        await asyncio.sleep(6)
        await fails(names, "attic")

    run_virtually(resolve())


def test_a_name_that_failed_is_not_looked_up_again_at_once() -> None:
    async def resolve() -> None:
        directory = Directory()
        names = Names(directory.look_up)
        await fails(names, "dead")
        assert now_seconds() == 1020
        await fails(names, "dead")
        assert (now_seconds(), directory.asked) == (1020, ["dead"])
        await asyncio.sleep(DEAD_SECONDS)
        directory.known["dead"] = NEW
        assert await names.resolve("dead") == (NEW,)

    run_virtually(resolve())


def test_200_dead_names_delay_no_healthy_one_and_hold_few_lookups() -> None:
    async def resolve() -> None:
        directory = Directory()
        names = Names(directory.look_up)
        dead = [f"dead-{number}" for number in range(200)]

        async def ask(host: str) -> None:
            while True:
                await fails(names, host)
                await asyncio.sleep(5)

        asking = [asyncio.create_task(ask(host)) for host in dead]
        await asyncio.sleep(1)
        begun_seconds = now_seconds()
        await names.resolve("attic")
        assert now_seconds() - begun_seconds == directory.takes_seconds
        await asyncio.sleep(60)
        directory.most_in_flight = 0
        directory.known["newcomer"] = NEW
        begun_seconds = now_seconds()
        await names.resolve("newcomer")
        assert now_seconds() - begun_seconds == directory.takes_seconds
        assert directory.most_in_flight <= MOST_DOUBTFUL_LOOKUPS + 1
        await asyncio.sleep(100)
        assert all(directory.asked.count(host) >= 2 for host in dead)
        for each in asking:
            each.cancel()
        await names.close()

    run_virtually(resolve())


def test_a_lookup_that_fails_by_a_bug_costs_no_other_name(
    caplog: pytest.LogCaptureFixture,
) -> None:
    async def look_up(host: str) -> Addresses:
        if host == "bug":
            raise ZeroDivisionError
        return (OLD,)

    async def resolve() -> None:
        names = Names(look_up)
        await fails(names, "bug")
        await fails(names, "bug")
        assert await names.resolve("attic") == (OLD,)

    run_virtually(resolve())
    assert [record.getMessage() for record in caplog.records] == [
        "bug: a lookup failed by a bug"
    ]


def test_the_names_that_nobody_asks_for_are_forgotten() -> None:
    async def resolve() -> None:
        directory = Directory(takes_seconds=0)
        names = Names(directory.look_up)
        await names.resolve("attic")
        directory.dead_takes_seconds = 0
        for number in range(MOST_NAMES):
            await fails(names, f"name-{number}")
        await names.resolve("attic")
        assert directory.asked.count("attic") == 2

    run_virtually(resolve())


def test_nothing_is_looked_up_after_the_end() -> None:
    async def resolve() -> None:
        directory = Directory()
        names = Names(directory.look_up)
        waiting = asyncio.create_task(names.resolve("attic"))
        await asyncio.sleep(0.5)
        await names.close()
        assert directory.in_flight == 0
        with pytest.raises(OSError, match="no address"):
            await waiting

    run_virtually(resolve())


def test_an_address_leads_back_to_the_names_that_have_it() -> None:
    names = Names(Directory(known={"attic": OLD, "top": OLD, "den": NEW}).look_up)

    async def resolve() -> None:
        for host in ("attic", "den", "top"):
            await names.resolve(host)
        assert names.hosts_at(OLD.text) == ["attic", "top"]
        assert names.hosts_at("10.0.0.9") == []

    run_virtually(resolve())
