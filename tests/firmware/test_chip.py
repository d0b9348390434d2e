"""In: the seam's sources, read as data. Out: nothing the firmware asks for is unfilled.

The bodies in chip.py are empty: whatever is forgotten would do nothing, silently.
"""

import ast
from pathlib import Path

import pytest

import picotemp

from . import fake_chip, fake_sockets

FIRMWARE = Path(picotemp.__file__).parent
FAKE = Path(fake_chip.__file__)
FAKE_SOCKETS = Path(fake_sockets.__file__)


def methods(path: Path) -> dict[str, set[str]]:
    """Give each class of a file with the names of its methods."""
    return {
        node.name: {
            item.name
            for item in ast.walk(node)
            if isinstance(item, ast.FunctionDef | ast.AsyncFunctionDef)
        }
        for node in ast.parse(path.read_text()).body
        if isinstance(node, ast.ClassDef)
    }


@pytest.mark.parametrize(
    ("path", "filled", "asked"),
    [
        (FIRMWARE / "board.py", "Board", "Chip"),
        (FIRMWARE / "sockets.py", "BoardListener", "Listener"),
        (FIRMWARE / "sockets.py", "_BoardConnection", "Connection"),
        (FIRMWARE / "sockets.py", "BoardDatagrams", "Datagrams"),
        (FAKE, "FakeChip", "Chip"),
        (FAKE_SOCKETS, "FakeListener", "Listener"),
        (FAKE_SOCKETS, "FakeClient", "Connection"),
        (FAKE_SOCKETS, "FakeDatagrams", "Datagrams"),
    ],
)
def test_whatever_is_asked_of_a_chip_is_filled(
    path: Path, filled: str, asked: str
) -> None:
    missing = methods(FIRMWARE / "chip.py")[asked] - methods(path)[filled]
    assert missing == set()
