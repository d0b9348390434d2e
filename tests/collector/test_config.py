"""In: files, environments, flags. Out: one configuration, or all its problems."""

import tomllib
from pathlib import Path

import pytest

from collector.loading import loaded, problems_of
from picotemp_collector.config.describe import describe
from picotemp_collector.config.environment import variable
from picotemp_collector.config.load import known_keys
from picotemp_collector.config.shapes import Config, Listen, LogFormat, LogLevel

BOARD = {"PICO_SERVER_URL": "http://picotemp.local"}
GOOD = """
[server]
listen = "[::1]:3031"
[poll]
interval_seconds = 10
timeout_seconds = 2.5
concurrency = 7
info_interval_seconds = 120
[log]
level = "debug"
format = "json"
[[devices]]
name = "attic"
url = "10.0.0.7"
[[devices]]
url = "https://pico.example:8443/one?token=geheim"
interval_seconds = 1
[[devices]]
name = "slow"
url = "http://10.0.0.9"
interval_seconds = 60
timeout_seconds = 20.000001
"""
BAD = """
[server]
listen = "3030"
[poll]
intervall_seconds = 5
timeout_seconds = "fast"
concurrency = 1.5
[log]
level = 3
format = "xml"
[logs]
[[devices]]
url = "ftp://10.0.0.7"
[[devices]]
nam = "b"
[[devices]]
name = ""
url = "http://10.0.0.8"
"""


def write(folder: Path, text: str) -> Path:
    path = folder / "collector.toml"
    path.write_text(text, "utf-8")
    return path


def times_of(config: Config) -> list[float | None]:
    poll = config.poll
    return [poll.interval_seconds, poll.timeout_seconds, poll.info_interval_seconds]


def test_one_variable_is_enough() -> None:
    config = loaded(environment=BOARD)
    assert config.server.listen == Listen("0.0.0.0", 3030)
    assert times_of(config) == [5, 3.5, 60]
    assert (config.log.level, config.log.format) == (LogLevel.INFO, LogFormat.TEXT)
    [device] = config.devices
    assert (device.name, device.url) == ("picotemp.local", "http://picotemp.local/")
    assert (device.interval_seconds, device.timeout_seconds) == (5, 3.5)


def test_every_key_of_a_file_is_taken(tmp_path: Path) -> None:
    config = loaded(write(tmp_path, GOOD))
    assert config.server.listen == Listen("::1", 3031)
    assert times_of(config) == [10, 2.5, 120]
    assert config.poll.concurrency == 7
    assert (config.log.level, config.log.format) == (LogLevel.DEBUG, LogFormat.JSON)
    shown = [
        (d.name, d.shown_url, d.interval_seconds, d.timeout_seconds)
        for d in config.devices
    ]
    assert shown == [
        ("attic", "http://10.0.0.7/", 10, 2.5),
        ("pico.example:8443", "https://pico.example:8443/one?***", 1, 0.7),
        ("slow", "http://10.0.0.9/", 60, 20.000001),
    ]


def test_flags_override_environment_overrides_file(tmp_path: Path) -> None:
    path = write(tmp_path, GOOD)
    environment = {
        "PICOTEMP_POLL_INTERVAL_SECONDS": "20",
        "PICOTEMP_POLL_TIMEOUT_SECONDS": "3",
        "PICOTEMP_LOG_LEVEL": "ERROR",
        "PICOTEMP_SERVER_LISTEN": "",
    }
    flags = {("poll", "interval_seconds"): ("--interval", "30")}
    config = loaded(path, environment, flags)
    assert times_of(config) == [30, 3, 120]
    assert config.log.level is LogLevel.ERROR
    assert config.server.listen.port == 3031, "an empty variable is none"


def test_devices_are_replaced_as_a_whole(tmp_path: Path) -> None:
    path = write(tmp_path, GOOD)
    assert [d.name for d in loaded(path, BOARD).devices] == ["picotemp.local"]
    config = loaded(path, BOARD, devices=("a=http://h1", "h2:81"))
    assert [d.name for d in config.devices] == ["a", "h2:81"]


@pytest.mark.parametrize("text", ["", "  ", " , ,"])
def test_an_empty_list_of_devices_is_as_good_as_none(text: str, tmp_path: Path) -> None:
    config = loaded(write(tmp_path, GOOD), {"PICO_SERVER_URL": text})
    assert len(config.devices) == 3


def test_all_problems_are_told_at_once_each_with_place_key_expected_given(
    tmp_path: Path,
) -> None:
    path = write(tmp_path, BAD)
    url = "a URL such as http://picotemp.local or http://10.0.0.7:8080/path"
    assert problems_of(path, {"PICOTEMP_POLL_INTERVAL_SECONDS": "often"}) == [
        f"{path}: logs: unknown section; did you mean log?",
        (
            f"{path}: server.listen: expected host:port, [IPv6]:port or :port, such as"
            ' 0.0.0.0:3030 or :3030, given "3030"'
        ),
        (
            "environment variable PICOTEMP_POLL_INTERVAL_SECONDS:"
            " poll.interval_seconds: expected a number of seconds from 0.1 to 86400,"
            ' given "often"'
        ),
        (
            f"{path}: poll.timeout_seconds:"
            ' expected a number of seconds from 0.1 to 86400, given "fast"'
        ),
        f"{path}: poll.concurrency: expected a whole number from 1 to 10000, given 1.5",
        f"{path}: poll.intervall_seconds: unknown key; did you mean interval_seconds?",
        f"{path}: log.level: expected one of debug, info, warning, error, given 3",
        f'{path}: log.format: expected one of text, json, given "xml"',
        (
            f"{path}: [[devices]] number 1: url: expected {url};"
            ' the schemes are http and https, given "ftp://10.0.0.7"'
        ),
        f"{path}: [[devices]] number 2: url: expected {url}, given nothing",
        f"{path}: [[devices]] number 2: nam: unknown key; did you mean name?",
        (
            f"{path}: [[devices]] number 3: name:"
            ' expected a text of 1 to 200 characters, given ""'
        ),
    ]


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("server = 5", "server: expected a table [server], given 5"),
        ("devices = 5", "[[devices]]: expected tables [[devices]], given 5"),
        (
            '[devices]\nattic = "h"',
            "[[devices]]: expected tables [[devices]], given a table",
        ),
        (
            'devices = ["http://u:geheim@h"]',
            (
                "[[devices]] number 1: expected a table with a url,"
                " given a text that is not shown: it may hold a password"
            ),
        ),
        ("[poll", "not TOML: Expected ']' at the end of a table declaration"),
        ("[poll]\ninterval_seconds = nan", "given nan"),
        ("[poll]\ninterval_seconds = true", "given true"),
        (f"[poll]\ninterval_seconds = {10**400}", "given 1000000"),
        ("[log]\nlevel = {}", "given a table"),
    ],
)
def test_whatever_stands_in_a_file_is_a_problem_and_no_traceback(
    text: str, problem: str, tmp_path: Path
) -> None:
    path = write(tmp_path, text)
    problems = problems_of(path, {} if "devices" in text else BOARD)
    assert any(problem in line and str(path) in line for line in problems), problems


def test_a_file_that_cannot_be_read_is_one_line(tmp_path: Path) -> None:
    missing = tmp_path / "missing.toml"
    [problem] = problems_of(missing)
    assert problem == (
        f"{missing}: no such file or directory; give --config the path of a TOML file"
    )
    assert "is a directory" in problems_of(tmp_path)[0]
    binary = tmp_path / "binary.toml"
    binary.write_bytes(b"a\xff")
    assert problems_of(binary) == [f"{binary}: byte 2 is not UTF-8; save it as UTF-8"]


def test_no_devices_at_all_is_a_problem_that_says_how_to_name_one() -> None:
    [problem] = problems_of()
    for way in ("PICO_SERVER_URL=", "--device ", "[[devices]]"):
        assert way in problem


def test_a_file_without_an_end_is_one_line() -> None:
    assert problems_of(Path("/dev/zero")) == [
        "/dev/zero: longer than 16 MiB; give --config a TOML file"
    ]


@pytest.mark.parametrize("text", ["", "# nothing but a comment\n", "[poll]\n"])
def test_a_file_that_names_no_device_is_no_excuse(tmp_path: Path, text: str) -> None:
    file = tmp_path / "empty.toml"
    file.write_text(text)
    [problem] = problems_of(file)
    assert problem.startswith("no devices")


@pytest.mark.parametrize("key", known_keys())
def test_every_key_is_also_a_variable(key: tuple[str, str]) -> None:
    [problem] = problems_of(None, {**BOARD, variable(key): "\x7f"})
    assert problem.startswith(f"environment variable {variable(key)}: {'.'.join(key)}:")


def test_what_is_described_means_the_same_when_it_is_loaded(tmp_path: Path) -> None:
    text = GOOD.replace("?token=geheim", "")
    config = loaded(write(tmp_path, text))
    again = loaded(write(tmp_path, describe(config)))
    assert again == config
    assert tomllib.loads(describe(config))["poll"]["concurrency"] == 7
