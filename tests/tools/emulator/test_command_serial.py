"""In: picotemp-emulator --serial in a shell. Out: ports for mpremote, by name."""

import re
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from picotemp_tools.emulator import Place
from tools.emulator.command import LIMIT_SECONDS, answer_of, emulator, needs_proc, told
from tools.emulator.port import MPREMOTE

pytestmark = needs_proc


@pytest.fixture
def place(new_place: Callable[[], Place]) -> Place:
    """Give the first of two places."""
    first, _ = new_place(), new_place()
    return first


def said_by(port: str, *words: str) -> str:
    return subprocess.run(
        [*MPREMOTE, "connect", port, *words],
        capture_output=True,
        text=True,
        timeout=LIMIT_SECONDS,
        check=True,
    ).stdout


def port_in(line: str) -> str:
    found = re.search(r"/dev/pts/\d+", line)
    assert found
    return found[0]


def test_each_board_has_a_port_that_the_table_and_the_list_tell(place: Place) -> None:
    with emulator(place, "--serial", "--logs", boards=2) as running:
        ports = [
            port_in(running.wait_for(f"│ picotemp-{number} ")) for number in (1, 2)
        ]
        assert len(set(ports)) == 2
        assert answer_of(f"http://{place.address}:{place.port}/").keys() == {
            "tempC",
            "tempF",
        }
        assert said_by(ports[1], "exec", "print('seen', 6 * 7)") == "seen 42\n"
        running.wait_for("picotemp-2 | ")
        assert running.wait_for("seen 42").startswith("picotemp-2 | ")
        assert ports[0] in running.order("list").stdout
        # The other one serves on.
        answer_of(f"http://{place.address}:{place.port}/")


def test_bare_boards_have_an_empty_flash_and_names_that_stay(
    place: Place, tmp_path: Path
) -> None:
    words = ("--serial", "--empty", "--links", str(tmp_path))
    with emulator(place, *words) as running:
        running.wait_for("└")
        link = str(tmp_path / "picotemp")
        assert said_by(link, "ls").split() == ["ls", ":"]
        said_by(link, "reset")
        assert said_by(link, "exec", "print(1)") == "1\n"


@pytest.mark.parametrize("option", ["--empty", "--links=/tmp"])
def test_options_of_serial_ports_need_them(option: str) -> None:
    result = told("run", option)
    assert (result.returncode, "need --serial" in result.stderr) == (2, True)
