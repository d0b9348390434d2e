"""In: a target by address. Out: the URL of that very address, if it may be asked."""

import asyncio
import ipaddress
from collections.abc import Callable, Iterable, Sequence

from attrs import frozen
from yarl import URL

from picotemp_collector.config.shapes import Network
from picotemp_collector.devices.asking import FindHost
from picotemp_collector.devices.permits import permit, unmapped
from picotemp_collector.devices.place import DEFAULT_PORT, Ip, Place, parse_place
from picotemp_collector.errors import RequestError

# A lookup may hold a thread for as long as the system tries; the devices need some.
MOST_LOOKUPS = 16
# Gives the names of an address, as far as they are known.
HostsAt = Callable[[str], Sequence[str]]
HINT = "/api/v1/devices names the devices; an address is written as 10.0.0.7:80"


@frozen
class Permitted:
    """A URL that may be asked, by an address that stays, and by which network.

    The `aliases` are URLs of names that have this address.
    """

    url: str
    network: str
    aliases: tuple[str, ...] = ()


def knows_no_host(_address: str) -> Sequence[str]:
    """Give the names of an address where none is known."""
    return ()


class Guard:
    """Keeps whoever may probe from having the collector ask anything else."""

    def __init__(
        self,
        networks: Sequence[Network],
        ports: Sequence[int],
        find_host: FindHost | None = None,
        hosts_at: HostsAt = knows_no_host,
    ) -> None:
        self._networks = networks
        self._ports = ports
        self._find_host = find_host
        self._hosts_at = hosts_at
        self._lookups: dict[str, asyncio.Task[list[Ip]]] = {}

    def turn_to(self, networks: Sequence[Network], ports: Sequence[int]) -> None:
        """Allow these from now on, and nothing else."""
        self._networks = networks
        self._ports = ports

    async def permit(self, target: str) -> Permitted:
        """Give what may be asked for a target; raises RequestError.

        A name is looked up once: whatever it means later, the address stays.
        """
        place = parse_place(target)
        if place is None or (isinstance(place.host, str) and not self._networks):
            raise RequestError(404, f"no device is named {target}", HINT)
        if place.port not in self._ports:
            text = f"port {place.port} is not in probe.allowed_ports"
            raise RequestError(403, text, HINT)
        return self._first_permitted(place, await self._addresses(place))

    def _first_permitted(self, place: Place, addresses: Iterable[Ip]) -> Permitted:
        for address in map(unmapped, addresses):
            if network := permit(address, self._networks):
                url = _url(str(address), place.port)
                hosts = self._hosts_at(str(address))
                aliases = tuple(_url(host, place.port) for host in hosts)
                return Permitted(url, str(network), aliases)
        text = f"{place.host} is in none of probe.allowed_networks"
        raise RequestError(403, text, HINT)

    async def _addresses(self, place: Place) -> list[Ip]:
        if not isinstance(place.host, str):
            return [place.host]
        host = place.host
        if host not in self._lookups:
            if len(self._lookups) >= MOST_LOOKUPS:
                text = "too many names are looked up at once"
                raise RequestError(503, text, "try again, or give the address")
            # It goes on when nobody waits any more: only so are they bounded.
            task = asyncio.create_task(self._look_up(host))
            self._lookups[host] = task
            task.add_done_callback(lambda _task: self._lookups.pop(host))
        found = await asyncio.shield(self._lookups[host])
        if not found:
            text = f"no device is named {host}, nor has it an address"
            raise RequestError(404, text, HINT)
        return found

    async def _look_up(self, host: str) -> list[Ip]:
        try:
            found = await self._find_host(host) if self._find_host else ()
        except OSError:
            return []
        # One that hangs on an interface is not an address that stays.
        texts = (address.text for address in found if "%" not in address.text)
        return [ipaddress.ip_address(text) for text in texts]


def _url(host: str, port: int) -> str:
    number = None if port == DEFAULT_PORT else port
    return str(URL.build(scheme="http", host=host, port=number, path="/"))
