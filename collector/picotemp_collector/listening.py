"""In: an address to listen on. Out: a bound socket, or a line that says what to do."""

import errno
import logging
import socket
from collections.abc import MutableMapping

from picotemp_collector.config.shapes import Listen
from picotemp_collector.errors import CannotRunError
from picotemp_collector.systemd import take_socket

BACKLOG = 1024
REMEDIES = {
    errno.EADDRINUSE: "the port is in use; stop what has it (ss -ltnp shows it),"
    " or choose another by --listen",
    errno.EADDRNOTAVAIL: "this machine does not have that address; choose one of its"
    " own, or 0.0.0.0 for all, by --listen",
    errno.EACCES: "this user may not use that port; choose one from 1024 on"
    " by --listen",
}
NAME_REMEDY = "choose another by --listen"
logger = logging.getLogger(__name__)


def listen_on(listen: Listen, environment: MutableMapping[str, str]) -> socket.socket:
    """Give the socket that systemd handed over, else that of an address.

    Raises CannotRunError.
    """
    handed_over = take_socket(environment)
    if handed_over is None:
        return bind(listen)
    logger.info("%s is not bound: systemd handed over a socket", listen)
    return handed_over


def bind(listen: Listen) -> socket.socket:
    """Give the listening socket of an address; raises CannotRunError."""
    try:
        return _bound(listen)
    except OSError as error:
        remedy = REMEDIES.get(
            error.errno or 0,
            f"{(error.strerror or str(error)).lower()}; {NAME_REMEDY}",
        )
        raise CannotRunError(f"cannot listen on {listen}: {remedy}") from error
    except UnicodeError as error:  # a part over 63 letters, or none between two dots
        text = f"cannot listen on {listen}: that is no name of a host; {NAME_REMEDY}"
        raise CannotRunError(text) from error


def url_of(bound: socket.socket) -> str:
    """Give the URL by which this machine reaches a bound socket."""
    host, port = bound.getsockname()[:2]
    host = {"0.0.0.0": "127.0.0.1", "::": "localhost"}.get(host, host)  # noqa: S104
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"


def shown_place_of(bound: socket.socket) -> str:
    """Give the address of a bound socket as it is written."""
    host, port = bound.getsockname()[:2]
    return str(Listen(host, port))


def _bound(listen: Listen) -> socket.socket:
    if listen.host in ("", "::") and _has_ipv6():
        return socket.create_server(
            ("", listen.port),
            family=socket.AF_INET6,
            backlog=BACKLOG,
            dualstack_ipv6=True,
        )
    rows = socket.getaddrinfo(
        listen.host or None,
        listen.port,
        type=socket.SOCK_STREAM,
        flags=socket.AI_PASSIVE,
    )
    # localhost has two addresses; the older one is the one that everybody asks.
    family, _type, _proto, _name, address = min(rows, key=lambda row: row[0])
    return socket.create_server(address[:2], family=family, backlog=BACKLOG)


def _has_ipv6() -> bool:
    # The kernel may know it and have it switched off: then no address can be bound.
    if not socket.has_dualstack_ipv6():
        return False
    try:
        with socket.socket(socket.AF_INET6) as probe:
            probe.bind(("::1", 0))
    except OSError:
        return False
    return True
