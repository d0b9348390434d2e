"""In: many devices, /probe. Out: the answers a second, and blackbox_exporter's.

Each server alone on one processor; the load and the devices on the other. There are
more targets than connections, so that no two ask for one at once and share an answer;
the devices count, and a cold round in which they were asked too seldom is void.
"""

import asyncio
import contextlib
import json
import string
import sys
import tempfile
from collections.abc import AsyncIterator, Iterable, Iterator
from importlib import resources
from pathlib import Path

from . import blackbox
from .config_file import config_file
from .farm import Farm, farm
from .fast_device import addresses
from .load import get_ok
from .load_round import ROUND_SECONDS, load_round, processors
from .measure import ROUNDS, Figure, Round, VoidError, interleaved
from .process import pin, running

FIRST_ADDRESS, DEVICES, DEVICE_PORT = "127.17.0.1", 128, 8080
HOST, OURS_PORT, PEER_PORT = "127.0.0.1", 3138, 3139
CONNECTIONS = 32
# The polls of the schedule are no part of the figure.
INTERVAL_SECONDS = 60
START_SECONDS = 10
OUR_SIGNS = ("\nprobe_success 1.0\n", "\npico_temperature_celsius 27.04\n")
PEER_SIGNS = ("\nprobe_success 1\n",)
# wrk counts no answer that comes after its time is up, and the devices do.
ASKED_AT_LEAST = 0.98


async def cold() -> Figure:
    """Measure where each probe asks the device."""
    return await _figure("max_age_seconds = 0", is_cold=True)


async def warm() -> Figure:
    """Measure with the answers of the last two seconds, which blackbox cannot keep."""
    return await _figure("max_age_seconds = 2", is_cold=False)


async def _figure(max_age: str, is_cold: bool) -> Figure:
    hosts = addresses(FIRST_ADDRESS, DEVICES)
    urls = {f"{n}": f"http://{host}:{DEVICE_PORT}/" for n, host in enumerate(hosts)}
    our_paths = [f"/probe?target={name}" for name in urls]
    peer_paths = [blackbox.path(url) for url in urls.values()]
    async with _servers(urls, max_age) as devices:
        with (
            _script(our_paths, OUR_SIGNS) as ours,
            _script(peer_paths, PEER_SIGNS) as peer,
        ):
            our_round = load_round(_url(OURS_PORT), CONNECTIONS, ours)
            our_round = _asked(our_round, devices) if is_cold else our_round
            peer_round = load_round(_url(PEER_PORT), CONNECTIONS, peer)
            await interleaved(our_round, peer_round, 1)  # to warm up
            return await interleaved(our_round, peer_round, ROUNDS, unit="/s")


def _asked(run: Round, devices: Farm) -> Round:
    async def checked() -> float:
        await devices.arrivals()
        rate = await run()
        asked = len(await devices.arrivals()) / ROUND_SECONDS
        if asked < rate * ASKED_AT_LEAST:
            raise VoidError(f"{rate:.0f} answers/s, of {asked:.0f} devices' own")
        return rate

    return checked


@contextlib.asynccontextmanager
async def _servers(urls: dict[str, str], max_age: str) -> AsyncIterator[Farm]:
    poll = ("[poll]", f"interval_seconds = {INTERVAL_SECONDS}", "[probe]", max_age)
    ours = (sys.executable, "-m", "picotemp_collector")
    with (
        config_file(urls, poll) as path,
        blackbox.command(HOST, PEER_PORT) as command,
    ):
        listen = ("--listen", f"{HOST}:{OURS_PORT}", "--config", str(path))
        async with (
            farm(FIRST_ADDRESS, DEVICES, DEVICE_PORT) as devices,
            running(*ours, *listen) as collector,
            running(*command) as peer,
        ):
            for server, port in ((collector, OURS_PORT), (peer, PEER_PORT)):
                await _until_it_answers(port)
                pin(server.pid, processors()[-1])
            yield devices


async def _until_it_answers(port: int) -> None:
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(START_SECONDS):
            while True:
                with contextlib.suppress(OSError, RuntimeError):
                    await get_ok(HOST, port, "/-/healthy")
                    return
                await asyncio.sleep(0.05)
    raise VoidError(f"{HOST}:{port} does not answer")


@contextlib.contextmanager
def _script(paths: Iterable[str], signs: Iterable[str]) -> Iterator[Path]:
    text = resources.files(__package__).joinpath("every_path.lua").read_text()
    # A text in JSON is one in Lua, of those that come here.
    words = {"paths": _listed(paths), "signs": _listed(signs)}
    with tempfile.TemporaryDirectory(prefix="picotemp-bench-") as folder:
        script = Path(folder) / "every_path.lua"
        script.write_text(string.Template(text).substitute(words))
        yield script


def _listed(texts: Iterable[str]) -> str:
    return ", ".join(json.dumps(text) for text in texts)


def _url(port: int) -> str:
    return f"http://{HOST}:{port}"
