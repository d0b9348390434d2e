"""In: a board that tells its name by mDNS, for real. Out: its address, by that name."""

import socket
import uuid

from zeroconf import IPVersion, ServiceInfo
from zeroconf.asyncio import AsyncZeroconf

from picotemp_collector.devices.address import Address
from picotemp_collector.devices.local_names import LocalNames


async def test_a_board_is_found_by_its_local_name() -> None:
    name = f"picotemp-{uuid.uuid4().hex[:8]}"
    board = AsyncZeroconf(interfaces=["127.0.0.1"], ip_version=IPVersion.V4Only)
    local = LocalNames()
    told = ServiceInfo(
        "_http._tcp.local.",
        f"{name}._http._tcp.local.",
        port=80,
        addresses=[socket.inet_aton("127.0.0.63")],
        server=f"{name}.local.",
    )
    try:
        await board.async_register_service(told)
        found = await local.look_up(f"{name}.local")
    finally:
        await board.async_close()
        await local.close()
    assert found == (Address("127.0.0.63", socket.AF_INET),)
