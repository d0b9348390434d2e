"""In: nothing, or an address. Out: addresses and ports of loopback that nobody has."""

import contextlib
import random
import socket

ONLY_ADDRESS = "127.0.0.1"


def free_address() -> str:
    """Give the first of many that are free; where there is only one, that one."""
    # Linux owns all of 127.0.0.0/8: this corner is far from where people begin.
    pick = random.SystemRandom().randrange
    chosen = f"127.{pick(200, 250)}.{pick(1, 250)}.1"
    with socket.socket() as probe:
        try:
            probe.bind((chosen, 0))
        except OSError:
            return ONLY_ADDRESS
    return chosen


def free_ports(address: str, count: int) -> list[int]:
    """Give different ports; held together, so that none is given twice."""
    with contextlib.ExitStack() as stack:
        held = [stack.enter_context(socket.socket()) for _ in range(count)]
        for sock in held:
            sock.bind((address, 0))
        return [int(sock.getsockname()[1]) for sock in held]
