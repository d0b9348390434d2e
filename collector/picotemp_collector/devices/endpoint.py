"""In: an address and a port. Out: where a socket connects to."""

import socket
from typing import TypeAlias

from attrs import frozen

from picotemp_collector.devices.address import Address

SocketAddress: TypeAlias = tuple[str, int] | tuple[str, int, int, int]
NUMERIC = socket.AI_NUMERICHOST | socket.AI_NUMERICSERV


@frozen
class Endpoint:
    """An address as the system takes it."""

    family: socket.AddressFamily
    address: SocketAddress


def endpoint_of(address: Address, port: int) -> Endpoint:
    """Give the endpoint of an address; raises OSError for an interface that is gone."""
    if address.family == socket.AF_INET:
        return Endpoint(address.family, (address.text, port))
    # Of IPv6 only the system knows the number of an interface.
    found = socket.getaddrinfo(
        address.text, port, address.family, socket.SOCK_STREAM, flags=NUMERIC
    )
    host, number, flow, scope = found[0][4][:4]  # type: ignore[misc]
    return Endpoint(address.family, (str(host), number, flow, int(scope)))
