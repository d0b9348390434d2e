"""In: a board, a URL. Out: its answer, or the check that asked has failed."""

import asyncio

import aiohttp

from picotemp import payload

from ..emulator import EmulatedBoard
from .waiting import CheckFailedError


async def celsius_of(
    web: aiohttp.ClientSession, board: EmulatedBoard, deadline: float
) -> float:
    """Give what a board answers, checked by the contract."""
    try:
        async with asyncio.timeout_at(deadline), web.get(f"{board.url}/") as response:
            response.raise_for_status()
            celsius: float = payload.parse(await response.json()).celsius
            return celsius
    except (aiohttp.ClientError, TimeoutError, ValueError) as error:
        raise CheckFailedError(_complaint(board.place.name, error)) from error


async def probe_seconds(
    web: aiohttp.ClientSession, collector: str, name: str, deadline: float
) -> float:
    """Give how long a collector takes to probe a device."""
    loop = asyncio.get_running_loop()
    began = loop.time()
    text = await text_of(web, "GET", f"{collector}/probe?target={name}", deadline)
    if "\npico_temperature_celsius" not in text:
        raise CheckFailedError(f"a probe of {name} gave no temperature")
    return loop.time() - began


async def text_of(
    web: aiohttp.ClientSession, method: str, url: str, deadline: float
) -> str:
    """Give the text of a good answer."""
    try:
        async with (
            asyncio.timeout_at(deadline),
            web.request(method, url) as response,
        ):
            response.raise_for_status()
            return await response.text()
    except (aiohttp.ClientError, TimeoutError) as error:
        raise CheckFailedError(_complaint(url, error)) from error


def _complaint(who: str, error: Exception) -> str:
    return f"{who}: {str(error) or 'no answer in time'}"
