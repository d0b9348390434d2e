"""In: README.md. Out: every console block run as a new user would, output compared.

Before a block may stand a comment: `keep running` (until `stop`), or
`not run: <reason>`. In expected output any number stands for any number, the name of a
version's folder for any such name, and a line of three dots for any lines.
"""

import contextlib
import os
import re
import signal
import socket
import subprocess
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

import working_tree

README = (working_tree.ROOT / "README.md").read_text()
PIECE = re.compile(
    r"(?:^<!-- (?P<note>[^\n]*) -->\n)?^```console\n(?P<block>.*?)^```$"
    r"|^<!-- stop -->$",
    re.MULTILINE | re.DOTALL,
)
# A version's folder on the board is named after its content: 12 digits to base 16.
VARYING = re.compile(r"\b[0-9a-f]{12}\b|\d+(?:\.\d+)?(?:e-\d+)?")
COMMAND_SECONDS = 240
PORTS = [("127.0.0.1", 3030), *((f"127.0.0.{n}", 8080) for n in (2, 3, 4))]


@dataclass(frozen=True)
class Step:
    """One command of a block and what it should print."""

    command: str
    expected: str
    keeps_running: bool = False
    ends_background: bool = False


def steps() -> Iterator[Step]:
    """Give all steps of the page in order."""
    for piece in PIECE.finditer(README):
        note = piece["note"] or ""
        if piece["block"] is None:
            yield Step("", "", ends_background=True)
        elif not note.startswith("not run: "):
            for text in re.split(r"^\$ ", piece["block"], flags=re.MULTILINE)[1:]:
                command, _, expected = text.partition("\n")
                yield Step(command, expected, keeps_running=note == "keep running")


def pattern(expected: str) -> re.Pattern[str]:
    """Give what an expected output matches."""
    lines = []
    for line in expected.splitlines():
        if line == "...":
            lines.append(r"(?:.*\n)*?")
        else:
            parts = map(re.escape, VARYING.split(line.rstrip()))
            lines.append(f"(?:{VARYING.pattern})".join(parts) + r" *\n")
    return re.compile("".join(lines))


class Terminal:
    """A shell in which one command follows the other."""

    def __init__(self, folder: Path, environment: dict[str, str]) -> None:
        self._folder = folder
        self._environment = environment

    def run(self, command: str) -> str:
        """Run a command to its end; a cd stays for the next one."""
        marked = f"{command}\nprintf '\\0%s' \"$PWD\""
        with self._started(marked) as process:
            out, _ = process.communicate(timeout=COMMAND_SECONDS)
        output, _, folder = out.rpartition("\0")
        self._folder = Path(folder)
        return with_end_of_line(output)

    def start(self, command: str) -> "Background":
        """Start a command that goes on."""
        return Background(self._started(command))

    def _started(self, command: str) -> subprocess.Popen[str]:
        return subprocess.Popen(
            ["bash", "-c", command],
            cwd=self._folder,
            env=self._environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,
        )


class Background:
    """A command that runs beside the others, and all it has printed."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self._process = process
        self._output = ""
        self._reader = threading.Thread(target=self._read)
        self._reader.start()

    def wait_for(self, wanted: re.Pattern[str]) -> str:
        """Wait until the output matches; give it as it is then."""
        deadline = time.monotonic() + COMMAND_SECONDS
        while not wanted.fullmatch(self._output) and time.monotonic() < deadline:
            if self._process.poll() is not None:
                break
            time.sleep(0.1)
        return self._output

    def interrupt(self) -> None:
        """Press Ctrl-C, which reaches every process of the terminal."""
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self._process.pid, signal.SIGINT)
        try:
            self._process.wait(30)
        finally:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(self._process.pid, signal.SIGKILL)
            self._reader.join()
            if self._process.stdout:
                self._process.stdout.close()

    def _read(self) -> None:
        if self._process.stdout:
            for line in self._process.stdout:
                self._output += line


def with_end_of_line(output: str) -> str:
    return output if not output or output.endswith("\n") else output + "\n"


def environment(folder: Path) -> dict[str, str]:
    """Give a new user's environment; $REPOSITORY is this working tree."""
    repository = folder / "repository"
    working_tree.copy(repository)
    git = (
        "git",
        "-c",
        "user.name=a",
        "-c",
        "user.email=a@example.org",
        "-C",
        repository,
    )
    for words in (("init", "-q"), ("add", "."), ("commit", "-qm", "All.")):
        subprocess.run([*git, *words], check=True)
    # What a make above this one was told is not for those of the page.
    makes = ("MAKEFLAGS", "MAKELEVEL", "MAKEOVERRIDES", "MFLAGS", "ARGS")
    ours = ("VIRTUAL_ENV", "PYTHONPATH", "PICO_SERVER_URL", *makes)
    kept = {
        key: value
        for key, value in os.environ.items()
        if key not in ours and not key.startswith("PICOTEMP_")
    }
    control = folder / "control"
    return kept | {
        "REPOSITORY": str(repository),
        "PICOTEMP_EMULATOR_CONTROL": str(control),
    }


def follow(terminal: Terminal) -> None:
    """Do what the page says, and compare."""
    taken = [place for place in PORTS if is_taken(place)]
    assert taken == [], "the page's own ports are in use: is `make run` running?"
    running: Background | None = None
    try:
        for step in steps():
            if step.ends_background and running:
                running.interrupt()
                running = None
                assert [place for place in PORTS if is_taken(place)] == []
            elif step.keeps_running:
                running = terminal.start(step.command)
                compare(step, running.wait_for(pattern(step.expected)))
            elif step.command:
                compare(step, terminal.run(step.command))
    finally:
        if running:
            running.interrupt()


def compare(step: Step, output: str) -> None:
    if not pattern(step.expected).fullmatch(output):
        pytest.fail(f"$ {step.command}\nexpected:\n{step.expected}\nprinted:\n{output}")


def is_taken(place: tuple[str, int]) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(place) == 0


def test_every_console_block_does_what_the_page_says(tmp_path: Path) -> None:
    (tmp_path / "home").mkdir()
    follow(Terminal(tmp_path / "home", environment(tmp_path)))


def test_a_block_that_is_not_run_says_why() -> None:
    notes = [piece["note"] for piece in PIECE.finditer(README) if piece["note"]]
    assert notes
    for note in notes:
        assert re.fullmatch(r"keep running|not run: \w.{10,}", note)


def test_the_page_names_every_verb_endpoint_and_setting() -> None:
    from picotemp.settings import DEFAULTS

    named = [*DEFAULTS, "make run", "make flash", "make firmware", "make test-device"]
    named += [
        "/metrics",
        "/health",
        "/-/healthy",
        "/-/ready",
        "/api/v1/devices",
        "/info",
    ]
    assert [name for name in named if name not in README] == []
