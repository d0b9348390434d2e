"""In: a host's name. Out: its addresses, as this machine's other programs find them."""

import queue
import socket
import threading
from collections.abc import Callable

# A question by mDNS is given up after five.
ANSWER_SECONDS = 6.0


def addresses(name: str) -> list[str]:
    """Give the IPv4 addresses of a name; none where there are none."""
    try:
        found = socket.getaddrinfo(name, None, socket.AF_INET, socket.SOCK_STREAM)
    except (OSError, UnicodeError):
        return []
    return [str(address[0]) for *_, address in found]


def resolve(
    name: str,
    seconds: float = ANSWER_SECONDS,
    look_up: Callable[[str], list[str]] = addresses,
) -> list[str]:
    """Do so within a time; none after it."""
    # The system's resolver knows no limit, and must not keep this program from ending.
    found: queue.SimpleQueue[list[str]] = queue.SimpleQueue()
    threading.Thread(target=lambda: found.put(look_up(name)), daemon=True).start()
    try:
        return found.get(timeout=seconds)
    except queue.Empty:
        return []
