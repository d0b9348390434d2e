"""In: the firmware, plain microdot. Out: the requests each answers in a second.

Both on the plain interpreter and one processor, the load on the other.
"""

import asyncio
import contextlib
import json
import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

from .. import board_files, compiled_files
from . import peers
from .bare import BareBoard, running
from .load import get_ok
from .load_round import load_round, processors
from .measure import ROUNDS, Figure, VoidError, interleaved

OURS, PEER, PORT = "127.0.0.101", "127.0.0.102", 8080
JOIN_SECONDS = 10
# What /info tells of itself and the moment; all else is the same on both sides.
OF_THE_MOMENT = {"uptime_s", "heap_free_bytes", "requests_total", "loop_lag_max_ms"}
OF_THE_MOMENT |= {"connections_in_service_max", "rejected_total"}


async def root_3() -> Figure:
    """Measure GET / at three connections."""
    return await _figure("/", 3)


async def root_1() -> Figure:
    """Measure GET / at one connection."""
    return await _figure("/", 1)


async def info() -> Figure:
    """Measure GET /info at three connections."""
    return await _figure("/info", 3)


async def _figure(path: str, connections: int) -> Figure:
    with _both() as (ours, peer):
        await _joined(ours)
        await _check(ours, peer)
        our_round = load_round(_url(ours, path), connections)
        peer_round = load_round(_url(peer, path), connections)
        await interleaved(our_round, peer_round, 1)  # to warm up
        figure = await interleaved(our_round, peer_round, ROUNDS, unit="/s")
        await _check(ours, peer)
        return figure


@contextlib.contextmanager
def _both() -> Iterator[tuple[BareBoard, BareBoard]]:
    with tempfile.TemporaryDirectory(prefix="picotemp-bench-") as folder:
        ours_files, peer_files = Path(folder) / "ours", Path(folder) / "peer"
        compiled_files.build(ours_files)
        settings = {"ssid": "bare", "port": PORT}
        (ours_files / "settings.json").write_text(json.dumps(settings))
        peer_files.mkdir()
        board_files.compile_microdot(peer_files / "microdot.mpy")
        program = Path(peers.__file__).with_name("plain_microdot.py")
        shutil.copyfile(program, peer_files / "main.py")
        with (
            running(ours_files, OURS, PORT) as ours,
            running(peer_files, PEER, PORT) as peer,
        ):
            for board in (ours, peer):
                os.sched_setaffinity(board.pid, {processors()[-1]})
            yield ours, peer


async def _joined(board: BareBoard) -> None:
    async with asyncio.timeout(JOIN_SECONDS):
        while "event=joined" not in board.output():  # noqa: ASYNC110 it tells nobody
            await asyncio.sleep(0.05)


async def _check(ours: BareBoard, peer: BareBoard) -> None:
    for path in ("/", "/info"):
        first, second = await _told(ours, path), await _told(peer, path)
        if first != second:
            raise VoidError(f"of {path} ours tells {first}, the peer {second}")


async def _told(board: BareBoard, path: str) -> dict[str, object]:
    answer = await get_ok(board.address, board.port, path)
    told = json.loads(answer.partition(b"\r\n\r\n")[2])
    return {key: None if key in OF_THE_MOMENT else told[key] for key in sorted(told)}


def _url(board: BareBoard, path: str) -> str:
    return f"http://{board.address}:{board.port}{path}"
