"""In: where a board is. Out: who it is: its number, its MAC, its settings."""

import hashlib
import ipaddress
from dataclasses import dataclass
from pathlib import Path

from .world import World

SSID = "emulated"
PASSWORD = "emulated-password"  # noqa: S105 of a network that does not exist
# Hosts of that network; at these addresses of the loopback network nobody is.
NETMASK = "255.0.0.0"
GATEWAY = "127.255.255.1"
NAME_SERVER = "127.255.255.2"


@dataclass(frozen=True)
class Place:
    """Where a board is: a name (its hostname), an address, a port."""

    name: str
    address: str
    port: int


def settings_of(place: Place, chosen: dict[str, object]) -> dict[str, object]:
    """Merge choices into settings that work there; a key set to None is left out."""
    working = {"ssid": SSID, "password": PASSWORD, "hostname": place.name}
    merged = working | chosen
    return {key: value for key, value in merged.items() if value is not None}


def world_of(place: Place, flash: Path, first_ticks_ms: int) -> World:
    """Give a chip of this place: its number and MAC follow from the address."""
    digest = hashlib.sha256(f"{place.address}:{place.port}".encode()).digest()
    return World(
        flash=str(flash),
        sockets="",
        unique_id=[0xE6, 0x61, *digest[:6]],
        # The block of addresses of the boards' maker.
        mac=[0x28, 0xCD, 0xC1, *digest[6:9]],
        addresses=addresses_of(place.address),
        first_ticks_ms=first_ticks_ms,
    )


def addresses_of(address: str) -> str:
    """Give what DHCP tells a board with this address; ValueError where it is none."""
    return f"{ipaddress.IPv4Address(str(address))} {NETMASK} {GATEWAY} {NAME_SERVER}"
