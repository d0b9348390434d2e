"""In: an address as text. Out: it, ready to connect to, or nothing: it is a name."""

import ipaddress
import socket

from attrs import frozen


@frozen
class Address:
    """A numeric address; a link-local one of IPv6 has its interface behind a %."""

    text: str
    family: socket.AddressFamily


# Best first.
Addresses = tuple[Address, ...]


def parse_address(host: str) -> Address | None:
    """Give the address that a host is; None if it is a name."""
    try:
        version = ipaddress.ip_address(host).version
    except ValueError:
        return None
    return Address(host, socket.AF_INET if version == 4 else socket.AF_INET6)
