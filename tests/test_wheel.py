"""In: a wheel built from this tree. Out: every command works from it, far from here."""

import contextlib
import os
import signal
import subprocess
import sys
import time
import urllib.request
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

import working_tree
from picotemp_tools.emulator import Place

START_SECONDS = 20
# Not 3030: whoever follows the README has that one, on all addresses.
PORT = 3034


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Build the wheel, away from the checkout."""
    folder = tmp_path_factory.mktemp("wheel")
    working_tree.copy(folder / "tree")
    pip(sys.executable, "wheel", "--no-deps", "-w", str(folder), str(folder / "tree"))
    return next(folder.glob("picotemp-*.whl"))


@pytest.fixture(scope="module")
def bare(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Install the wheel alone; give the folder of its commands."""
    return installed(tmp_path_factory.mktemp("bare"), str(wheel))


@pytest.fixture(scope="module")
def full(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Install the wheel with its tools; give the folder of its commands."""
    return installed(tmp_path_factory.mktemp("full"), f"{wheel}[tools]")


def installed(folder: Path, requirement: str) -> Path:
    subprocess.run([sys.executable, "-m", "venv", folder / "venv"], check=True)
    commands = folder / "venv/bin"
    pip(str(commands / "python"), "install", requirement)
    return commands


def pip(python: str, *arguments: str) -> None:
    quiet = ("--disable-pip-version-check", "--quiet")
    subprocess.run([python, "-m", "pip", *quiet, *arguments], check=True)


def away(
    *command: str | Path, folder: Path, **environment: str
) -> tuple[int, str, str]:
    """Run a command in an empty folder; give exit code, stdout, stderr."""
    clean = {"PATH": os.environ["PATH"], "HOME": str(folder)} | environment
    result = subprocess.run(
        list(map(str, command)), cwd=folder, env=clean, capture_output=True, text=True
    )
    return result.returncode, result.stdout, result.stderr


@contextlib.contextmanager
def running(*command: str | Path, folder: Path, **environment: str) -> Iterator[None]:
    """Run a command for the length of the block; it must end well by SIGINT."""
    clean = {"PATH": os.environ["PATH"], "HOME": str(folder)} | environment
    process = subprocess.Popen(list(map(str, command)), cwd=folder, env=clean)
    try:
        yield
    finally:
        process.send_signal(signal.SIGINT)
        assert process.wait(START_SECONDS) == 0


def answer(url: str, is_right: Callable[[str], bool]) -> str:
    """Ask until the answer is right; fail after a while."""
    deadline = time.monotonic() + START_SECONDS
    while True:
        with contextlib.suppress(OSError):
            text = urllib.request.urlopen(url, timeout=2).read().decode()  # noqa: S310
            if is_right(text):
                return str(text)
        assert time.monotonic() < deadline, f"no right answer from {url}"
        time.sleep(0.1)


def test_the_wheel_holds_the_three_packages_alone(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        tops = {name.partition("/")[0] for name in archive.namelist()}
    own = {top for top in tops if not top.startswith("picotemp-")}
    assert own == {"picotemp", "picotemp_collector", "picotemp_tools"}


def test_the_emulator_and_the_collector_run_from_the_wheel(
    full: Path, tmp_path: Path, new_place: Callable[[], Place]
) -> None:
    place, listen = new_place(), new_place().address
    command = (
        *(full / "picotemp-emulator", "--address", place.address),
        *("--control", tmp_path / "control", "--"),
        *(
            full / "picotemp-collector",
            "--listen",
            f"{listen}:{PORT}",
            "--interval",
            "1",
        ),
        *("--timeout", "0.9"),
    )
    with running(*command, folder=tmp_path):
        url = f"http://{listen}:{PORT}/metrics"
        assert answer(url, lambda text: 'pico_up{device="picotemp"} 1' in text)


def test_the_firmware_is_built_from_the_wheel(full: Path, tmp_path: Path) -> None:
    command = (full / "python", "-m", "picotemp_tools.board_files", "board")
    assert away(*command, folder=tmp_path) == (0, "", "")
    source = working_tree.ROOT / "firmware/main.py"
    assert (tmp_path / "board/main.py").read_bytes() == source.read_bytes()


@pytest.mark.parametrize("module", ["picotemp_collector", "picotemp_tools.emulator"])
def test_each_command_is_a_module_too(full: Path, tmp_path: Path, module: str) -> None:
    code, out, _ = away(full / "python", "-m", module, "--version", folder=tmp_path)
    assert code == 0
    assert out.split()[-1].count(".") == 2


def test_the_collector_needs_no_extra(bare: Path, tmp_path: Path) -> None:
    code, out, error = away(
        *(bare / "picotemp-collector", "--check-config"),
        folder=tmp_path,
        PICO_SERVER_URL="http://picotemp.local",
    )
    assert (code, error) == (0, "")
    assert "http://picotemp.local" in out


def test_a_tool_without_its_extra_says_what_to_install(
    bare: Path, tmp_path: Path
) -> None:
    code, out, error = away(bare / "picotemp-emulator", folder=tmp_path)
    assert (code, out) == (2, "")
    assert error.endswith("pip install 'picotemp[tools]'\n")
    assert error.count("\n") == 1
