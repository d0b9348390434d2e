"""In: the command, its file changed. Out: it follows, if told, or within seconds."""

import contextlib
import json
import os
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from attrs import frozen

# A busy machine, and two seconds between two looks at the file.
PATIENCE_SECONDS = 30.0
COMMAND = (sys.executable, "-m", "picotemp_collector")
# The same, that somebody tells to reload while it starts.
HUNG_UP = """
import os, signal
from picotemp_collector import app, cli
collecting = app.collecting
def hang_up(*arguments):
    os.kill(os.getpid(), signal.SIGHUP)
    return collecting(*arguments)
app.collecting = hang_up
cli.main()
"""
STAYS = "not reloaded: the last good configuration stays in force"


@frozen
class Collector:
    """A process of ours, and all that it logged."""

    process: "subprocess.Popen[bytes]"
    log: Path

    @property
    def url(self) -> str:
        """Give where it answers; it says so first."""
        self.wait(lambda: "; see http" in self.log.read_text())
        return self.log.read_text().partition("; see ")[2].split()[0]

    def health(self) -> dict[str, dict[str, object]]:
        try:
            with urllib.request.urlopen(f"{self.url}health", timeout=10) as response:  # noqa: S310
                return dict(json.load(response))
        except urllib.error.HTTPError as error:  # all of its devices are dead
            with error:
                return dict(json.load(error))

    def devices(self) -> list[str]:
        return list(self.health()["devices"])

    def reload(self) -> tuple[int, str]:
        wish = urllib.request.Request(f"{self.url}-/reload", method="POST")  # noqa: S310
        try:
            with urllib.request.urlopen(wish, timeout=10) as response:  # noqa: S310
                return response.status, response.read().decode()
        except urllib.error.HTTPError as error:
            with error:
                return error.code, error.read().decode()

    def wait(self, condition: Callable[[], bool]) -> None:
        ends_seconds = time.monotonic() + PATIENCE_SECONDS
        while not condition():
            assert time.monotonic() < ends_seconds, self.log.read_text()
            assert self.process.poll() is None, self.log.read_text()
            time.sleep(0.05)


@contextmanager
def started(
    file: Path, log: Path, command: Sequence[str] = COMMAND
) -> Iterator[Collector]:
    with log.open("wb") as stderr:
        process = subprocess.Popen(
            [*command, "--listen", "127.0.0.1:0", "--config", str(file)],
            stderr=stderr,
        )
    try:
        yield Collector(process, log)
        process.send_signal(signal.SIGTERM)
        assert process.wait(PATIENCE_SECONDS) == 0
    finally:
        process.kill()
        process.wait()


def settings(*names: str) -> str:
    return "".join(f'[[devices]]\nname = "{n}"\nurl = "127.0.0.1:1"\n' for n in names)


def test_a_signal_and_a_post_reload_and_a_bad_file_changes_nothing(
    tmp_path: Path,
) -> None:
    file = tmp_path / "picotemp.toml"
    file.write_text(settings("attic"))
    with started(file, tmp_path / "log") as collector:
        assert collector.devices() == ["attic"]
        file.write_text(settings("cellar"))
        collector.process.send_signal(signal.SIGHUP)
        collector.wait(lambda: collector.devices() == ["cellar"])
        file.write_text(settings("den"))
        assert collector.reload() == (200, "reloaded\n")
        assert collector.devices() == ["den"]
        file.write_text("[[devices]")
        status, text = collector.reload()
        assert status == 500
        assert text.startswith(STAYS)
        assert collector.devices() == ["den"]
        assert collector.health()["configuration"]["ok"] is False
    assert "Traceback" not in collector.log.read_text()


def test_the_symlink_swap_of_a_config_map_is_a_change(tmp_path: Path) -> None:
    # picotemp.toml -> ..data/picotemp.toml, ..data -> ..1; then ..data -> ..2
    for version, text in (("..1", settings("attic")), ("..2", "[[devices]")):
        (tmp_path / version).mkdir()
        (tmp_path / version / "picotemp.toml").write_text(text)
    (tmp_path / "..data").symlink_to("..1")
    file = tmp_path / "picotemp.toml"
    file.symlink_to("..data/picotemp.toml")

    def swap(version: str) -> None:
        (tmp_path / "..data_tmp").symlink_to(version)
        (tmp_path / "..data_tmp").rename(tmp_path / "..data")

    with started(file, tmp_path / "log") as collector:
        assert collector.devices() == ["attic"]
        swap("..2")
        collector.wait(lambda: not collector.health()["configuration"]["ok"])
        assert collector.devices() == ["attic"]
        (tmp_path / "..3").mkdir()
        (tmp_path / "..3" / "picotemp.toml").write_text(settings("cellar"))
        swap("..3")
        collector.wait(lambda: collector.devices() == ["cellar"])
        assert collector.log.read_text().count(STAYS) == 1


def test_a_file_system_that_hangs_does_not_hold_up_the_end(tmp_path: Path) -> None:
    file, pipe = tmp_path / "picotemp.toml", tmp_path / "pipe"
    file.write_text(settings("attic"))
    os.mkfifo(pipe)
    writers: list[int] = []

    def is_being_read() -> bool:
        # It can be opened once somebody reads, who then waits for what never comes.
        with contextlib.suppress(OSError):
            writers.append(os.open(file, os.O_WRONLY | os.O_NONBLOCK))
        return bool(writers)

    with started(file, tmp_path / "log") as collector:
        assert collector.devices() == ["attic"]
        pipe.rename(file)
        collector.wait(is_being_read)
        assert collector.devices() == ["attic"]
    os.close(writers[0])
    assert "Traceback" not in collector.log.read_text()


def test_a_signal_during_the_start_ends_nothing(tmp_path: Path) -> None:
    file = tmp_path / "picotemp.toml"
    file.write_text(settings("attic"))
    command = (sys.executable, "-c", HUNG_UP)
    with started(file, tmp_path / "log", command) as collector:
        assert collector.devices() == ["attic"]
        file.write_text(settings("cellar"))
        collector.process.send_signal(signal.SIGHUP)
        collector.wait(lambda: collector.devices() == ["cellar"])
