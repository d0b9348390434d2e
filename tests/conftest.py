"""In: a test worker. Out: emulated boards with addresses that no other test has."""

import itertools
import os
import zlib
from collections.abc import AsyncIterator, Callable, Iterator
from pathlib import Path

import pytest

from picotemp_tools import board_files
from picotemp_tools.emulator import EmulatedBoard, Place, interpreter
from picotemp_tools.errors import ToolError

Places = Callable[[], Place]
# Files that take long with few tests: begun last, they would run alone at the end.
BEGIN_FIRST = (
    "test_board_hundred_rounds.py",
    "test_update_power_cut.py",
    "test_readme.py",
    "test_wheel.py",
    "test_acceptance_of_emulator.py",
    "test_acceptance_suite.py",
    "test_serial_port.py",
    "test_truth.py",
    "test_probed.py",
    "test_live_alerts.py",
    "test_smoke.py",
    "test_dashboard_live.py",
)

# No package that the tests could unpack has a kubectl that is new enough.
PERMITTED_REASON = "kubectl 1.27 or newer is not on PATH"


@pytest.fixture(scope="session")
def new_place(request: pytest.FixtureRequest) -> Places:
    """Give a place no other test has: 127.<session>.<worker and number>.<number>.

    PICOTEMP_TEST_NETWORK sets the session's, for runs beside one another.
    """
    if not _version():
        pytest.skip("there is no MicroPython interpreter here")
    workerinput = getattr(request.config, "workerinput", {})
    session = str(workerinput.get("testrunuid", os.getpid()))
    network = (
        os.environ.get("PICOTEMP_TEST_NETWORK")
        or 20 + zlib.crc32(session.encode()) % 180
    )
    worker = int(workerinput.get("workerid", "gw0").removeprefix("gw"))
    numbers: Iterator[int] = itertools.count(60 * 250 * worker)

    def new() -> Place:
        high, low = divmod(next(numbers), 250)
        return Place("picotemp", f"127.{network}.{high}.{low + 1}", 8080)

    return new


@pytest.fixture(scope="session")
def built_files(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give a folder with what goes on a board, built once."""
    folder = tmp_path_factory.mktemp("board") / "files"
    board_files.build(folder)
    return folder


@pytest.fixture
async def board(new_place: Places, built_files: Path) -> AsyncIterator[EmulatedBoard]:
    """Give an emulated board that serves."""
    async with EmulatedBoard(new_place(), files=built_files) as running:
        yield running


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Put the long files first; the Makefile has xdist keep this order."""
    items.sort(key=lambda item: item.path.name not in BEGIN_FIRST)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Say which interpreter ran the firmware, and name what was skipped and why."""
    terminalreporter.section("the firmware's interpreter")
    terminalreporter.line(f"MicroPython {_version() or 'is missing'}")
    skipped = terminalreporter.stats.get("skipped", [])
    if not skipped:
        return
    terminalreporter.section("skipped: these rules were not tested here")
    for report in skipped:
        terminalreporter.line(f"{report.nodeid}: {_reason(report)}")
    if _is_strict():
        terminalreporter.line(
            "With CI=true a skipped test is a failure, but for kubectl."
        )


@pytest.hookimpl(trylast=True)
def pytest_sessionfinish(session: pytest.Session) -> None:
    """Let skipped tests fail the run where CI=true, but for the permitted reason."""
    reporter = session.config.pluginmanager.get_plugin("terminalreporter")
    if reporter is None or not _is_strict() or session.exitstatus:
        return
    reasons = map(_reason, reporter.stats.get("skipped", []))
    if not all(reason.endswith(PERMITTED_REASON) for reason in reasons):
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


def _reason(report: pytest.TestReport) -> str:
    return str(report.longrepr[2]) if isinstance(report.longrepr, tuple) else ""


def _is_strict() -> bool:
    return os.environ.get("CI") == "true"


def _version() -> str:
    try:
        return interpreter.version(interpreter.find())
    except ToolError:
        return ""
