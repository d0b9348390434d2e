"""In: the command as a person types it. Out: what it prints, and its exit code."""

import re
import signal
import socket
import subprocess
import sys
import time
import tomllib
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from picotemp import __version__
from picotemp_collector.cli import main

COMMAND = [sys.executable, "-m", "picotemp_collector"]


def invoke(*arguments: str, **environment: str) -> Result:
    empty = {"PICO_SERVER_URL": ""}
    return CliRunner().invoke(main, arguments, env={**empty, **environment})


@contextmanager
def started(*arguments: str) -> Iterator[tuple["subprocess.Popen[str]", str]]:
    """Run the command on a free port; give the process and its URL."""
    with subprocess.Popen(
        [*COMMAND, "--listen", "127.0.0.1:0", *arguments],
        stderr=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        text=True,
    ) as process:
        try:
            assert process.stderr
            found = re.search(r"http://[\d.:]+", process.stderr.readline())
            assert found
            yield process, found.group()
        finally:
            process.kill()


def status_of(url: str) -> int:
    try:
        with urllib.request.urlopen(url, timeout=5) as response:  # noqa: S310
            return int(response.status)
    except urllib.error.HTTPError as error:
        error.close()
        return error.code


def test_version_is_the_version_of_the_project() -> None:
    assert invoke("--version").output == f"picotemp-collector {__version__}\n"


def test_help_tells_flags_environment_and_exit_codes() -> None:
    text = invoke("--help").output
    for word in ("--config", "--device", "PICO_SERVER_URL", "Exit codes", "[5]"):
        assert word in text


def test_check_config_prints_what_would_run_and_ends_with_0() -> None:
    result = invoke(
        "--check-config", "--interval", "2", PICO_SERVER_URL="a=http://u:geheim@h"
    )
    assert result.exit_code == 0
    shown = tomllib.loads(result.stdout)
    assert shown["poll"]["interval_seconds"] == 2
    assert shown["devices"][0]["url"] == "http://***@h/"
    assert "geheim" not in result.output


def test_a_flag_for_a_list_may_be_given_again_and_keeps_its_commas() -> None:
    result = invoke(
        *("--check-config", "--shard", "1/3"),
        *("--file-sd", "/a/*.yml", "--file-sd", "/b,c.json"),
        *("--http-sd", "http://h/a,b", "--http-sd", "http://u:geheim@h/sd"),
        PICOTEMP_SOURCES_FILE_SD="/d.yml",
    )
    shown = tomllib.loads(result.stdout)
    assert shown["poll"]["shard"] == "1/3"
    assert shown["sources"]["file_sd"] == ["/a/*.yml", "/b,c.json"]
    assert shown["sources"]["http_sd"] == ["http://h/a,b", "http://***@h/sd"]
    assert "geheim" not in result.output


def test_a_bad_item_of_a_flag_is_told_with_its_number() -> None:
    result = invoke("--file-sd", "a.yml", "--file-sd", "b.txt", "--http-sd", "u:p@h")
    assert result.exit_code == 2
    starts = [line.split(" expected ")[0] for line in result.stderr.splitlines()]
    assert starts == [
        "picotemp-collector: --file-sd: sources.file_sd: number 2:",
        "picotemp-collector: --http-sd: sources.http_sd: number 1:",
    ]


@pytest.mark.parametrize("arguments", [["--check-config"], []])
def test_a_bad_configuration_is_one_line_a_problem_and_2(
    arguments: list[str], tmp_path: Path
) -> None:
    path = tmp_path / "collector.toml"
    path.write_text("[poll]\nintervall_seconds = 5\n")
    result = invoke(
        *arguments,
        *("--config", str(path), "--timeout", "soon", "--listen", "here"),
        PICOTEMP_LOG_LEVEL="loud",
        PICO_SERVER_URL="ftp://h",
    )
    lines = result.stderr.splitlines()
    assert result.exit_code == 2
    assert result.stdout == ""
    assert len(lines) == 5
    assert all(line.startswith("picotemp-collector: ") for line in lines)


def test_an_unknown_flag_is_2() -> None:
    result = invoke("--intervall", "5")
    assert result.exit_code == 2
    assert "--interval" in result.stderr


def test_a_port_in_use_is_one_line_and_1() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        result = invoke("--device", "h", "--listen", f"127.0.0.1:{port}")
    assert result.exit_code == 1
    [line] = result.stderr.splitlines()
    assert f"cannot listen on 127.0.0.1:{port}: the port is in use" in line


def test_it_is_ready_while_every_device_is_dead_and_ends_in_order_on_sigterm(
    free_port: int,
) -> None:
    devices = ("--device", f"a=127.0.0.1:{free_port}", "--device", "b=nobody.invalid")
    with started(*devices) as (process, url):
        assert status_of(f"{url}/-/ready") == 200
        process.send_signal(signal.SIGTERM)
        begun_seconds = time.monotonic()
        while status_of(f"{url}/-/ready") != 503:
            assert time.monotonic() - begun_seconds < 0.9
        _, errors = process.communicate(timeout=5)
        assert process.returncode == 0
        assert time.monotonic() - begun_seconds < 5
    assert "Traceback" not in errors
    assert errors.splitlines()[-1].endswith("stopped")


def test_ctrl_c_is_an_order_like_any_other(free_port: int) -> None:
    with started("--device", f"127.0.0.1:{free_port}", "--log-format", "json") as (
        process,
        _,
    ):
        process.send_signal(signal.SIGINT)
        process.send_signal(signal.SIGINT)
        _, errors = process.communicate(timeout=5)
    assert process.returncode == 0
    assert "Traceback" not in errors
