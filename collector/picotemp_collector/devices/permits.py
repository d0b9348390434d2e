"""In: an address. Out: the network that permits to ask it, if one does."""

import ipaddress
from collections.abc import Sequence

from picotemp_collector.config.shapes import Network
from picotemp_collector.devices.place import Ip

# No board of anybody's has these. A wide network does not mean them: whoever does
# means one of them alone, and says so.
SPECIAL: tuple[Network, ...] = tuple(
    map(
        ipaddress.ip_network,
        (
            "0.0.0.0/8",  # this machine, this network
            "127.0.0.0/8",  # loopback
            "169.254.0.0/16",  # link-local; 169.254.169.254 gives clouds' secrets away
            "192.0.0.0/24",  # the protocol's own
            "224.0.0.0/4",  # multicast
            "240.0.0.0/4",  # reserved, and broadcast
            "::/96",  # unspecified, loopback, and IPv4 as it once was written
            "::ffff:0:0:0/96",  # these lead to IPv4 by some gateway
            "64:ff9b::/96",
            "64:ff9b:1::/48",
            "2001::/32",
            "2002::/16",
            "100::/64",  # nowhere
            "fd00:ec2::/32",  # a cloud's own services
            "fe80::/10",  # link-local
            "fec0::/10",  # site-local, as it once was
            "ff00::/8",  # multicast
        ),
    )
)


def permit(address: Ip, allowed: Sequence[Network]) -> Network | None:
    """Give the allowed network that permits an address, which is no mapped one."""
    special = next((each for each in SPECIAL if address in each), None)
    for network in allowed:
        if address in network and (special is None or _lies_in(network, special)):
            return network
    return None


def unmapped(address: Ip) -> Ip:
    """Give the IPv4 address that an IPv6 one stands for, or itself."""
    if isinstance(address, ipaddress.IPv6Address):
        return address.ipv4_mapped or address
    return address


def _lies_in(network: Network, special: Network) -> bool:
    return (
        network.version == special.version
        and network.network_address in special
        and network.broadcast_address in special
    )
