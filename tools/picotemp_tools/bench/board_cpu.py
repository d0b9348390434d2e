"""In: the firmware, plain microdot. Out: the interpreter's CPU time of a request."""

import shutil
import tempfile
from pathlib import Path

from .. import board_files
from ..emulator import EmulatedBoard, Place
from . import peers
from .load import get_ok, repeat
from .measure import Figure, Round, cpu_seconds, interleaved

OURS = Place("ours", "127.0.0.101", 8080)
PEER = Place("peer", "127.0.0.102", 8080)
REQUESTS = 500


async def figure() -> Figure:
    """Measure both, side by side, on one interpreter each."""
    with tempfile.TemporaryDirectory() as folder:
        peer_files = Path(folder) / "peer"
        peer_files.mkdir()
        board_files.compile_microdot(peer_files / "microdot.mpy")
        program = Path(peers.__file__).with_name("plain_microdot.py")
        shutil.copyfile(program, peer_files / "main.py")
        async with (
            EmulatedBoard(OURS) as ours,
            EmulatedBoard(PEER, files=peer_files) as peer,
        ):
            return await interleaved(_round(ours), _round(peer))


def _round(board: EmulatedBoard) -> Round:
    async def run() -> float:
        host, port = board.place.address, board.place.port
        await get_ok(host, port)
        before = cpu_seconds(board.pid)
        await repeat(REQUESTS, host, port)
        return (cpu_seconds(board.pid) - before) / REQUESTS

    return run
