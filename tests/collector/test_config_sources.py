"""In: [sources] as people write it. Out: whole patterns and URLs, or why not."""

import tomllib
from collections.abc import Iterator
from contextlib import chdir, contextmanager
from pathlib import Path

import pytest

from collector.loading import loaded, problems_of
from picotemp_collector.config.describe import describe
from picotemp_collector.config.load import Inputs, load
from picotemp_collector.config.shapes import SourceSettings

FILES = "PICOTEMP_SOURCES_FILE_SD"
NUL = "\0"
URLS = "PICOTEMP_SOURCES_HTTP_SD"
HIDDEN = "geheim"
EXPECTED_PATTERN = (
    "expected the path of .yml, .yaml or .json files, with a * in the last part at"
    " most, such as /etc/picotemp/devices/*.yml, given"
)
EVERY_KEY = """
[server]
external_url = "https://picotemp.example:8443/collector"
[poll]
shard = "1/3"
[probe]
max_age_seconds = 0
allowed_networks = ["10.0.0.0/8", "fd00::/8"]
allowed_ports = [80, 8080]
[sources]
file_sd = ["devices/*.yml", "/etc/one.json"]
http_sd = "http://discovery.local/targets"
http_sd_interval_seconds = 30
"""


def write(folder: Path, text: str) -> Path:
    file = folder / "collector.toml"
    file.write_text(text)
    return file


@contextmanager
def working_in(folder: Path) -> Iterator[Path]:
    folder.mkdir()
    with chdir(folder):
        yield folder


def test_every_key_is_taken_and_described_as_it_means(tmp_path: Path) -> None:
    config = loaded(write(tmp_path, EVERY_KEY))
    described = describe(config)
    assert loaded(write(tmp_path, described)) == config
    shown = tomllib.loads(described)
    assert shown["server"]["external_url"] == "https://picotemp.example:8443/collector"
    assert shown["poll"]["shard"] == "1/3"
    assert shown["probe"] == tomllib.loads(EVERY_KEY)["probe"]
    assert shown["sources"] == {
        "file_sd": [f"{tmp_path}/devices/*.yml", "/etc/one.json"],
        "http_sd": ["http://discovery.local/targets"],
        "http_sd_interval_seconds": 30,
    }


def test_what_is_described_has_every_key() -> None:
    config = loaded(environment={"PICO_SERVER_URL": "h"})
    shown = tomllib.loads(describe(config))
    assert {section: [*table] for section, table in shown.items() if table} == {
        "server": ["listen", "external_url"],
        "poll": [
            "interval_seconds",
            "timeout_seconds",
            "concurrency",
            "info_interval_seconds",
            "shard",
        ],
        "log": ["level", "format"],
        "probe": ["max_age_seconds", "allowed_networks", "allowed_ports"],
        "sources": ["file_sd", "http_sd", "http_sd_interval_seconds"],
        "devices": [shown["devices"][0]],
    }
    assert config.sources == SourceSettings()


def test_a_relative_pattern_in_a_file_is_relative_to_the_file(tmp_path: Path) -> None:
    with working_in(tmp_path / "elsewhere"):
        file = write(tmp_path, 'sources.file_sd = ["devices/*.yml", "../one.json"]')
        patterns = loaded(file).sources.file_sd
        assert patterns == (f"{tmp_path}/devices/*.yml", f"{tmp_path}/../one.json")
        assert loaded(Path("../collector.toml")).sources.file_sd == (
            f"{tmp_path}/elsewhere/../devices/*.yml",
            f"{tmp_path}/elsewhere/../../one.json",
        )


def test_a_relative_pattern_in_a_variable_or_a_flag_is_relative_to_where_one_is(
    tmp_path: Path,
) -> None:
    file = write(tmp_path, 'sources.file_sd = "file.yml"')
    with working_in(tmp_path / "here") as here:
        by_variable = loaded(file, {FILES: "a.yml, /etc/b/*.json"})
        flags = {("sources", "file_sd"): ("--file-sd", "c.yml")}
        by_flag = loaded(file, {FILES: "a.yml"}, flags)
    assert by_variable.sources.file_sd == (f"{here}/a.yml", "/etc/b/*.json")
    assert by_flag.sources.file_sd == (f"{here}/c.yml",)


@pytest.mark.parametrize(
    "pattern", ["/a/b.yml", "/a/*.yaml", "/a/b*c.json", "/*.YML", "/a.b/[ab]?*.JSON"]
)
def test_a_pattern_is_as_prometheus_has_it(pattern: str) -> None:
    assert loaded(environment={FILES: pattern}).sources.file_sd == (pattern,)


@pytest.mark.parametrize(
    "pattern",
    [
        "/a/b",
        "/a/b.toml",
        "/a/*",
        "/*/b.yml",
        "/a*/b.yml",
        "/a.yml/",
        "/a.Yml",
        f"a{NUL}.yml",
    ],
)
def test_any_other_pattern_is_a_problem(pattern: str) -> None:
    [problem] = problems_of(None, {FILES: pattern})
    assert problem == (
        f"environment variable {FILES}: sources.file_sd: number 1:"
        f' {EXPECTED_PATTERN} "{pattern.replace(NUL, " ")}"'
    )


def test_each_bad_source_is_told_with_its_number(tmp_path: Path) -> None:
    text = """
    [sources]
    file_sd = ["ok.yml", "ok.txt", 5]
    http_sd = ["ftp://h", "http://h"]
    http_sd_interval_seconds = 0
    http_ds = "h"
    """
    file = write(tmp_path, text)
    assert problems_of(file) == [
        f'{file}: sources.file_sd: number 2: {EXPECTED_PATTERN} "ok.txt"',
        f"{file}: sources.file_sd: number 3: {EXPECTED_PATTERN} 5",
        (
            f"{file}: sources.http_sd: number 1: expected a URL such as"
            " http://picotemp.local or http://10.0.0.7:8080/path;"
            ' the schemes are http and https, given "ftp://h"'
        ),
        (
            f"{file}: sources.http_sd_interval_seconds:"
            " expected a number of seconds from 0.1 to 86400, given 0"
        ),
        f"{file}: sources.http_ds: unknown key; did you mean http_sd?",
    ]


def test_a_password_of_a_source_is_for_asking_and_never_shown() -> None:
    url = f"http://user:{HIDDEN}@h/sd?token={HIDDEN}"
    config = loaded(environment={URLS: url})
    assert [source.full for source in config.sources.http_sd] == [url]
    assert [source.shown for source in config.sources.http_sd] == [
        "http://***@h/sd?***"
    ]
    assert HIDDEN not in repr(config)
    assert HIDDEN not in describe(config)


@pytest.mark.parametrize(
    "text",
    [
        f"http://user:{HIDDEN}@h:99999",
        f"http://user:{HIDDEN},x@h",
        f"http://user:x,{HIDDEN} y@h",
        f"user:{HIDDEN}@h",
        f"http://h:99999/?token=a,{HIDDEN}://",
    ],
)
def test_no_problem_shows_a_part_of_a_password(text: str) -> None:
    for variable in (URLS, "PICO_SERVER_URL"):
        assert HIDDEN not in "\n".join(problems_of(None, {variable: text}))


@pytest.mark.parametrize("text", ['file_sd = "a.yml"', 'http_sd = "http://h"'])
def test_who_lists_devices_elsewhere_need_not_name_any(
    text: str, tmp_path: Path
) -> None:
    assert loaded(write(tmp_path, f"sources.{text}")).devices == ()


@pytest.mark.parametrize("text", ["file_sd = []", "http_sd_interval_seconds = 5"])
def test_empty_sources_list_no_devices(text: str, tmp_path: Path) -> None:
    [problem] = problems_of(write(tmp_path, f"sources.{text}"))
    assert problem.startswith("no devices: ")
    assert "--file-sd" in problem


def test_loading_again_reads_the_file_again(tmp_path: Path) -> None:
    inputs = Inputs(write(tmp_path, '[[devices]]\nurl = "one"'))
    first = load(inputs)
    write(tmp_path, '[[devices]]\nurl = "two"')
    assert [device.name for device in load(inputs).devices] == ["two"]
    assert [device.name for device in first.devices] == ["one"]
