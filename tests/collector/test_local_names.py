"""In: .local names, a system that knows them or not. Out: an address if any has it."""

import asyncio
import socket

import pytest
from aiohttp.abc import ResolveResult
from attrs import define, field

from collector.virtual_time import now_seconds, run_virtually
from picotemp_collector.devices.address import Address, Addresses
from picotemp_collector.devices.local_names import LocalNames, first_found, is_local
from picotemp_collector.devices.resolver import DaemonResolver
from picotemp_collector.devices.system_names import SystemNames

HERE = Address("10.0.0.7", socket.AF_INET)
HOST = "picotemp.local"


@define
class Network:
    """Answers by mDNS after 0.2 s, as aiohttp-asyncmdnsresolver gives it."""

    addresses: list[str] = field(factory=lambda: [HERE.text])
    error: Exception | None = None
    asked: list[str] = field(factory=list)
    opened: int = 0
    closed: int = 0

    def open(self) -> "Network":
        self.opened += 1
        return self

    async def resolve(
        self,
        host: str,
        port: int = 0,
        family: socket.AddressFamily = socket.AF_INET,
    ) -> list[ResolveResult]:
        self.asked.append(host)
        await asyncio.sleep(0.2)
        if self.error:
            raise self.error
        return [
            ResolveResult(
                hostname=host, host=text, port=port, family=family, proto=0, flags=0
            )
            for text in self.addresses
        ]

    async def close(self) -> None:
        self.closed += 1


class System(SystemNames):
    """A system's resolver that knows one name, or none, after some time."""

    def __init__(self, found: Addresses, takes_seconds: float) -> None:
        super().__init__()
        self.found = found
        self.takes_seconds = takes_seconds

    async def look_up(self, host: str) -> Addresses:
        await asyncio.sleep(self.takes_seconds)
        if not self.found:
            raise OSError(None, f"{host}: not known")
        return self.found


@pytest.mark.parametrize("host", ["picotemp.local", "Attic.LOCAL", "a.b.local."])
def test_names_of_mdns_are_told_by_their_end(host: str) -> None:
    assert is_local(host)


@pytest.mark.parametrize("host", ["local", "picotemp", "picotemp.lan", "x.localhost"])
def test_other_names_are_not_asked_of_the_network(host: str) -> None:
    async def resolve() -> None:
        network = Network()
        resolver = DaemonResolver(System((HERE,), 0.0), LocalNames(network.open))
        assert await resolver.names.resolve(host) == (HERE,)
        assert network.opened == 0

    assert not is_local(host)
    run_virtually(resolve())


@pytest.mark.parametrize(
    ("found", "system_takes", "found_after", "asked"),
    [
        ((HERE,), 0.1, 0.1, []),
        ((), 0.1, 0.3, [HOST]),
        ((), 20.0, 0.7, [HOST]),
        ((HERE,), 0.6, 0.6, [HOST]),
    ],
    ids=["the system knows it", "it does not", "it hangs", "it is late, but first"],
)
def test_a_local_name_is_found_whatever_the_system_can(
    found: Addresses, system_takes: float, found_after: float, asked: list[str]
) -> None:
    async def resolve() -> None:
        network = Network()
        local = LocalNames(network.open)
        resolver = DaemonResolver(System(found, system_takes), local)
        [row] = await resolver.resolve(HOST, 80)
        assert (row["host"], row["port"]) == (HERE.text, 80)
        assert now_seconds() - 1000 == pytest.approx(found_after)
        assert network.asked == asked
        await resolver.close()
        assert network.closed == network.opened

    run_virtually(resolve())


@pytest.mark.parametrize(
    "error", [OSError(None, "MDNS lookup failed"), ValueError("not a name")]
)
def test_a_local_name_that_nobody_knows_has_no_address(error: Exception) -> None:
    async def resolve() -> None:
        local = LocalNames(Network(error=error).open)
        with pytest.raises(OSError, match="neither"):
            await first_found(HOST, System((), 0.1).look_up, local.look_up, 0.5)

    run_virtually(resolve())


def test_a_machine_without_mdns_still_has_its_system() -> None:
    def cannot() -> Network:
        raise RuntimeError("no adapter")

    async def resolve() -> None:
        system = System((HERE,), 2.0)
        found = await first_found(HOST, system.look_up, LocalNames(cannot).look_up, 0.5)
        assert found == (HERE,)

    run_virtually(resolve())


def test_the_sockets_are_opened_once() -> None:
    async def resolve() -> None:
        network = Network()
        local = LocalNames(network.open)
        assert await asyncio.gather(*(local.look_up(HOST) for _ in range(20)))
        assert network.opened == 1

    run_virtually(resolve())
