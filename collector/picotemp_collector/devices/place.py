"""In: a target that is no device's name. Out: host and port, if it names a place."""

import ipaddress
import re

from attrs import frozen

from picotemp_collector.config.values import MOST_PORT

DEFAULT_PORT = 80
HOST_MOST_CHARACTERS = 253
# Nothing but these: no user, path, query, zone, escape, or letter of another script.
PLACE = re.compile(
    r"(?:http://)?(?:\[(?P<six>[0-9A-Fa-f:.]+)\]|(?P<host>[0-9A-Za-z._-]+))"
    r"(?::(?P<port>[0-9]{1,5}))?/?"
)
LABEL = re.compile(r"[0-9A-Za-z_](?:[0-9A-Za-z_-]{0,61}[0-9A-Za-z_])?")
# What systems take for a number: 127.1, 0x7f000001, 017700000001.
NUMBER = re.compile(r"[0-9]+|0[xX][0-9A-Fa-f]*")
Ip = ipaddress.IPv4Address | ipaddress.IPv6Address


@frozen
class Place:
    """A host and a port; the host is an address, or a name that may have some."""

    host: Ip | str
    port: int


def parse_place(target: str) -> Place | None:
    """Give the place of HOST, HOST:PORT or http://HOST:PORT/; None if it is none."""
    match = PLACE.fullmatch(target)
    if match is None:
        return None
    host = _six(match["six"]) if match["six"] else _four_or_name(match["host"])
    port = int(match["port"] or DEFAULT_PORT)
    return Place(host, port) if host and 0 < port <= MOST_PORT else None


def _six(text: str) -> Ip | None:
    try:
        return ipaddress.IPv6Address(text)
    except ValueError:
        return None


def _four_or_name(text: str) -> Ip | str | None:
    labels = text.removesuffix(".").split(".")
    if not NUMBER.fullmatch(labels[-1]):
        return text if _is_name(text, labels) else None
    try:
        return ipaddress.IPv4Address(text)
    except ValueError:
        return None


def _is_name(text: str, labels: list[str]) -> bool:
    return len(text) <= HOST_MOST_CHARACTERS and all(map(LABEL.fullmatch, labels))
