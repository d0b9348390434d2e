"""In: the smoke test, and what can go wrong. Out: its table, its code, no traces."""

import asyncio
import io
import re
import signal
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from rich.console import Console

from picotemp_tools.emulator import Place
from picotemp_tools.smoke.check import Check
from picotemp_tools.smoke.checks import CHECKS, connectivity
from picotemp_tools.smoke.shipped import CHECKOUT
from picotemp_tools.smoke.smoke import FAILED, PASSED, Wanted, smoke
from picotemp_tools.smoke.stack import BOARDS, Stack
from real_servers import eventually, program
from tools.smoke.smoke_command import ended, left_lying, left_running, started

Places = Callable[[], Place]
ROOT = Path(__file__).parents[3]
ROW = re.compile(r"^│ (\w+) +│ (pass|FAIL) +│ +[0-9.]+ │", re.MULTILINE)
# It promises a minute; a machine that runs other tests has some more.
PATIENCE_SECONDS = 90
# What is started last.
LAST = "prometheus.yml"


@pytest.fixture
def temporary() -> Iterator[Path]:
    """Give a folder for the emulator's sockets; pytest's has too long a name."""
    with tempfile.TemporaryDirectory(prefix="smoke-") as folder:
        yield Path(folder)


@pytest.fixture
def address(new_place: Places) -> str:
    """Give the first of addresses enough for the boards."""
    first, *_ = [new_place().address for _ in range(BOARDS)]
    return first


async def test_every_check_passes_and_nothing_is_left(
    address: str, temporary: Path
) -> None:
    program("prometheus"), program("prometheus-alertmanager")
    async with (
        asyncio.timeout(PATIENCE_SECONDS),
        started("--address", address, folder=ROOT, temporary=temporary) as process,
    ):
        told = await ended(process)
    names = ["start", *(check.name for check in CHECKS)]
    assert ROW.findall(told.stdout) == [(name, "pass") for name in names], told.stdout
    assert "the webhook was told PicoDown of" in told.stdout
    assert (told.code, told.stderr) == (0, "")
    assert (left_running(temporary), left_lying(temporary)) == ({}, [])


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGKILL])
async def test_stopped_in_the_middle_it_leaves_no_process(
    address: str, temporary: Path, number: signal.Signals
) -> None:
    program("prometheus")

    async def running() -> dict[int, str]:
        return left_running(temporary)

    async with (
        asyncio.timeout(PATIENCE_SECONDS),
        started("--address", address, folder=ROOT, temporary=temporary) as process,
    ):
        await eventually(running, lambda found: LAST in " ".join(found.values()))
        process.send_signal(number)
        told = await ended(process)
        await eventually(running, lambda left: left == {})
    if number == signal.SIGINT:
        assert (told.code, told.stderr, left_lying(temporary)) == (130, "", [])


async def test_a_board_that_never_answers_fails_by_name(address: str) -> None:
    program("prometheus")

    async def unplug(stack: Stack, _deadline: float) -> str:
        stack.boards[0].power_cut()
        return ""

    console = Console(file=io.StringIO(), width=200)
    checks = (Check("unplug", unplug, 1), Check("connectivity", connectivity, 1))
    assert await smoke(Wanted(CHECKOUT, 30, address), console, checks) == FAILED
    told = console.file.getvalue()  # type: ignore[attr-defined]
    assert ROW.findall(told)[-1] == ("connectivity", "FAIL")
    assert "picotemp-1: " in told


async def test_without_alertmanager_prometheus_alone_is_asked_and_it_says_so(
    address: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "prometheus").symlink_to(program("prometheus"))
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("PATH", str(tmp_path))
    console = Console(file=io.StringIO(), width=200)
    names = ("reload", "alert", "recovery")
    checks = [check for check in CHECKS if check.name in names]
    assert await smoke(Wanted(CHECKOUT, 30, address), console, checks) == PASSED
    told = console.file.getvalue()  # type: ignore[attr-defined]
    assert [name for name, result in ROW.findall(told)] == ["start", *names]
    assert told.count("there is no Alertmanager here") == 2


async def test_without_prometheus_it_says_what_to_do(temporary: Path) -> None:
    async with started(folder=temporary, temporary=temporary, PATH="") as process:
        told = await ended(process)
    assert (told.code, told.stdout) == (2, "")
    assert told.stderr.startswith("smoke: there is no Prometheus: install one")


async def test_its_help_tells_every_exit_code(temporary: Path) -> None:
    async with started("--help", temporary=temporary) as process:
        told = await ended(process)
    codes = re.findall(r"^    ([0-9]+)  ", told.stdout, re.MULTILINE)
    assert (told.code, codes) == (0, ["0", "1", "2", "130"])
