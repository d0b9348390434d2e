"""In: the Dockerfile, read, and its commands, run. Out: they are as the page says.

No image is built here: that takes a Docker engine.
"""

import re
import signal
import tempfile
import time
import tomllib
from collections.abc import Callable
from pathlib import Path

import pytest

import picotemp
from collector.deploy.confined import USER, confined
from collector.deploy.recipe import DEPLOY, NO_SHELL, ROOT, Stage, stages
from collector.deploy.unit_file import seconds
from picotemp_collector.healthcheck import LIMIT_SECONDS
from picotemp_tools.emulator import Place

STAGES = stages()
SHIPPED = ["demo", "collector"]
PATIENCE_SECONDS = 20
LABEL = "org.opencontainers.image."


def copied() -> set[str]:
    """Give the files and folders of the repository that are copied."""
    return {
        word.rstrip("/")
        for stage in STAGES.values()
        for copy in stage.all("COPY")
        if "from" not in copy.flags
        for word in copy.text.split()[:-1]
    }


def lines_of_ignore() -> list[str]:
    text = (DEPLOY / "Dockerfile.dockerignore").read_text()
    return [line for line in text.splitlines() if line and not line.startswith("#")]


def extras(stage: Stage) -> set[str]:
    """Give the extras that a stage installs the project with."""
    found = [re.fullmatch(r"\.\[(.*)\]", run.words[-1]) for run in stage.all("RUN")]
    return {name for match in found if match for name in match[1].split(",")}


def test_the_collector_is_what_a_build_without_a_target_makes() -> None:
    assert list(STAGES)[-1] == "collector"


def test_every_base_is_pinned_or_an_earlier_stage() -> None:
    known: list[str] = []
    for name, stage in STAGES.items():
        assert stage.base == "python:3.13-slim" or stage.base in known
        known.append(name)


def test_nothing_is_fetched_but_by_pip_and_nothing_needs_a_shell() -> None:
    for stage in STAGES.values():
        assert stage.all("ADD") == stage.all("SHELL") == []
        for one in stage.instructions:
            if one.name in NO_SHELL:
                assert all(isinstance(word, str) for word in one.words)


def test_pip_keeps_no_cache_and_compiles_nothing_of_others() -> None:
    environment = STAGES["installed"].pairs("ENV")
    assert environment["PIP_NO_CACHE_DIR"] == "1"
    assert environment["PIP_ONLY_BINARY"] == ":all:"


def test_what_is_copied_is_there_and_is_all_that_the_build_sees() -> None:
    first, *others = lines_of_ignore()
    let_in = {line[1:] for line in others if line.startswith("!")}
    assert first == "*"
    assert let_in == copied()
    assert [path for path in copied() if not (ROOT / path).exists()] == []


def test_no_password_of_the_wifi_gets_into_the_build() -> None:
    # The last line that matches decides.
    assert lines_of_ignore()[-2:] == ["**/settings.json", "**/__pycache__"]


def test_all_that_the_wheel_is_made_of_is_copied() -> None:
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text())
    project, tools = settings["project"], settings["tool"]["setuptools"]
    needed = ["pyproject.toml", project["readme"], *project["license-files"]]
    needed += [file for files in tools["data-files"].values() for file in files]
    for folder in tools["packages"]["find"]["where"]:
        needed += [
            f"{folder}/{path.name}" for path in (ROOT / folder).glob("picotemp*")
        ]
    missing = [
        path
        for path in needed
        if not any(Path(path).is_relative_to(folder) for folder in copied())
    ]
    assert missing == []


@pytest.mark.parametrize("name", SHIPPED)
def test_an_image_runs_as_nobody_and_writes_nothing(name: str) -> None:
    stage = STAGES[name]
    assert stage.only("USER").text == f"{USER}:{USER}"
    assert stage.pairs("ENV")["PYTHONDONTWRITEBYTECODE"] == "1"
    assert stage.only("STOPSIGNAL").text == "SIGTERM"
    assert stage.all("VOLUME") == stage.all("RUN") == []


@pytest.mark.parametrize("name", SHIPPED)
def test_an_image_says_what_it_is(name: str) -> None:
    labels = STAGES[name].pairs("LABEL")
    assert labels[f"{LABEL}version"] == picotemp.__version__
    assert labels[f"{LABEL}licenses"] == "MIT"
    assert labels[f"{LABEL}title"] == f"picotemp-{name}"


def test_the_tools_are_in_the_demo_alone() -> None:
    assert extras(STAGES["installed"]) == {"fast"}
    assert extras(STAGES["demo-installed"]) == {"fast", "tools"}
    assert STAGES["collector"].only("COPY").flags == {"from": "installed"}
    assert STAGES["demo"].only("COPY").flags == {"from": "demo-installed"}


@pytest.mark.parametrize("name", SHIPPED)
def test_an_images_commands_are_those_that_were_installed(name: str) -> None:
    # A venv works only where it was made: its commands begin with its path.
    source, target = STAGES[name].only("COPY").text.split()
    assert source == target
    assert STAGES["installed"].all("RUN")[0].words[-1] == target
    assert STAGES[name].pairs("ENV")["PATH"].split(":")[0] == f"{target}/bin"
    for stage in (STAGES["installed"], STAGES["demo-installed"]):
        words = stage.all("RUN")[-1].words
        assert words[:3] == ["pip", "--python", f"{target}/bin/python"]


@pytest.mark.parametrize("name", SHIPPED)
def test_a_health_check_has_the_time_it_gives_itself(name: str) -> None:
    flags = STAGES[name].only("HEALTHCHECK").flags
    assert LIMIT_SECONDS < seconds(flags["timeout"]) < seconds(flags["interval"])
    # A Raspberry Pi takes some seconds to start it.
    assert seconds(flags["start-period"]) >= 10
    assert int(flags["retries"]) >= 2


def test_the_collector_answers_on_its_usual_port() -> None:
    assert STAGES["collector"].only("EXPOSE").text == "3030"


def commands(stage: Stage) -> tuple[list[str], list[str], dict[str, str]]:
    """Give what an image starts, its health check, and its environment."""
    environment = {k: v for k, v in stage.pairs("ENV").items() if k != "PATH"}
    entry = stage.only("ENTRYPOINT").words
    return entry, stage.only("HEALTHCHECK").words, environment


def checked(
    check: list[str], environment: dict[str, str], scratch: Path | None = None
) -> tuple[int, str]:
    with confined(check, environment, scratch) as process:
        out, error = process.communicate(timeout=PATIENCE_SECONDS)
    return process.returncode, out + error


def test_the_collector_and_its_health_check_run_where_nothing_can_be_written(
    new_place: Callable[[], Place],
) -> None:
    start, check, environment = commands(STAGES["collector"])
    address = new_place().address
    environment |= {"PICOTEMP_SERVER_LISTEN": f"{address}:3030"}
    environment |= {"PICO_SERVER_URL": f"attic={address}:1"}
    with confined(start, environment) as process:
        until = time.monotonic() + PATIENCE_SECONDS
        while checked(check, environment) != (0, "healthy\n"):
            assert process.poll() is None
            assert time.monotonic() < until
        process.send_signal(signal.Signals[STAGES["collector"].only("STOPSIGNAL").text])
        _, log = process.communicate(timeout=PATIENCE_SECONDS)
    assert process.returncode == 0
    assert "Traceback" not in log
    assert checked(check, environment)[0] == 1


def test_the_demo_runs_with_a_tmp_of_its_own_alone(
    new_place: Callable[[], Place],
) -> None:
    start, check, environment = commands(STAGES["demo"])
    words = [*start, *STAGES["demo"].only("CMD").words, "--address"]
    # Not pytest's own, whose name is too long for a socket's.
    with tempfile.TemporaryDirectory() as folder:
        scratch = Path(folder)
        scratch.chmod(0o1777)
        environment |= {"TMPDIR": folder}
        with confined([*words, new_place().address], environment, scratch) as process:
            until = time.monotonic() + PATIENCE_SECONDS
            while (found := checked(check, environment, scratch))[0] != 0:
                assert process.poll() is None
                assert time.monotonic() < until
            assert found[1].count("serving") == 3
            process.terminate()
            process.communicate(timeout=PATIENCE_SECONDS)
    assert process.returncode == 0
