"""In: a device that gives no reading. Out: the failure that the client tells."""

import pytest

from picotemp_collector.devices.client import Client
from picotemp_collector.errors import Failure, PollError
from picotemp_collector.readings.device import Device


async def failure_of(client: Client, asked: Device) -> Failure:
    with pytest.raises(PollError) as raised:
        await client.read(asked)
    return raised.value.failure
