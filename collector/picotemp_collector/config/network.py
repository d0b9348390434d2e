"""In: networks and ports, as a person wrote them. Out: them, checked."""

import ipaddress

from picotemp_collector.config.shapes import Network
from picotemp_collector.config.values import MOST_PORT, UnacceptableError, whole_number

EXPECTED = "a network such as 10.0.0.0/8, fd00::/8 or 10.0.0.7"
EXPECTED_PORT = f"a port from 1 to {MOST_PORT}"
MAPPED = ipaddress.IPv6Network("::ffff:0:0/96")


def network(value: object) -> Network:
    """Give a network; an address is a network of one."""
    text = value.strip() if isinstance(value, str) else ""
    _, slash, bits = text.partition("/")
    # Masks, which may be written in two ways, and interfaces are no part of it.
    if "%" in text or (slash and not (bits.isascii() and bits.isdigit())):
        raise UnacceptableError(EXPECTED)
    try:
        interface = ipaddress.ip_interface(text)
    except ValueError:
        raise UnacceptableError(EXPECTED) from None
    found = interface.network
    if isinstance(found, ipaddress.IPv6Network) and found.subnet_of(MAPPED):
        raise UnacceptableError(f"{_unmapped(found)}, the same written as IPv4")
    if interface.ip != found.network_address:
        raise UnacceptableError(f"{found}, or {interface.ip} alone")
    return found


def port(value: object) -> int:
    """Give a port that can be asked."""
    number = whole_number(value)
    if number is None or not 1 <= number <= MOST_PORT:
        raise UnacceptableError(EXPECTED_PORT)
    return number


def _unmapped(mapped: ipaddress.IPv6Network) -> ipaddress.IPv4Network:
    low_bits = int(mapped.network_address) & 0xFFFF_FFFF
    return ipaddress.IPv4Network((low_bits, mapped.prefixlen - MAPPED.prefixlen))
