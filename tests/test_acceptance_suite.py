"""In: one right server, many wrong ones. Out: whether tests/device can tell them apart.

Each run of the suite is a process of its own, several at a time; a wrong server gets
the tests that must catch it, and one that it must pass: it is up, and wrong in one way.
"""

import json
import os
import re
import socket
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

import pytest

from wrong_servers._caught_by import CUT, CUT_BODY, HARMLESS, HARMLESS_FOR, WRONG

TESTS = Path(__file__).parent
RUNS_AT_ONCE = 8
RUN_SECONDS = 120
OUTCOME = re.compile(r"^(PASSED|FAILED|ERROR|SKIPPED) \S*?::(\w+)", re.MULTILINE)
PASSWORD = "correct horse"  # noqa: S105 of a network that does not exist


class Run(NamedTuple):
    """One run of the suite, over."""

    exit_code: int
    passed: set[str]
    failed: set[str]
    skipped: set[str]
    output: str


Runs = dict[str, "Future[Run]"]


@pytest.fixture(scope="module")
def runs() -> Iterator[Runs]:
    """Begin all runs, a few at a time."""
    with (
        _servers(["right", *WRONG]) as urls,
        _servers(["slower_than_life"]) as of_its_own,
        ThreadPoolExecutor(RUNS_AT_ONCE) as pool,
    ):
        begun = {"right": pool.submit(run_suite, urls["right"])}
        for name, expected in WRONG.items():
            chosen = expected | {HARMLESS_FOR.get(name, HARMLESS)}
            begun[name] = pool.submit(run_suite, urls[name], chosen)
        begun["stretched"] = pool.submit(
            run_suite, of_its_own["slower_than_life"], {CUT, CUT_BODY}, slower="1.5"
        )
        yield begun


def test_the_right_server_passes_every_test(runs: Runs) -> None:
    run = runs["right"].result()
    assert run.exit_code == pytest.ExitCode.OK, run.output
    assert not run.skipped
    assert run.passed == all_tests()


@pytest.mark.parametrize("server", WRONG)
def test_a_wrong_server_fails_what_it_does_wrong(runs: Runs, server: str) -> None:
    run = runs[server].result()
    assert run.exit_code == pytest.ExitCode.TESTS_FAILED, run.output
    assert run.failed == WRONG[server], run.output
    assert HARMLESS_FOR.get(server, HARMLESS) in run.passed, run.output


def test_slower_stretches_the_limits(runs: Runs) -> None:
    run = runs["stretched"].result()
    assert run.exit_code == pytest.ExitCode.OK, run.output
    assert run.passed == {CUT, CUT_BODY}


def test_every_wrong_server_is_used() -> None:
    files = {path.stem for path in (TESTS / "wrong_servers").glob("[!_]*.py")}
    assert files == {"right", *WRONG}


def test_every_rule_that_is_named_exists() -> None:
    named = set[str]().union(*WRONG.values(), HARMLESS_FOR.values(), {HARMLESS})
    assert named <= all_tests()


@pytest.mark.parametrize(
    ("is_listening", "advice"), [(False, "Is the port right?"), (True, "Has the board")]
)
def test_a_url_without_a_board_gives_one_error_that_says_what_to_check(
    is_listening: bool, advice: str
) -> None:
    with socket.socket() as nobody:
        nobody.bind(("127.0.0.1", 0))
        if is_listening:
            nobody.listen()
        run = run_suite(f"http://127.0.0.1:{nobody.getsockname()[1]}")
    assert run.exit_code == 2
    assert run.output.count(advice) == 1, run.output
    assert not run.passed | run.failed | run.skipped
    assert "Traceback" not in run.output


def test_without_a_url_nothing_is_collected_and_nothing_skipped() -> None:
    run = run_suite("")
    assert run.exit_code == pytest.ExitCode.NO_TESTS_COLLECTED, run.output
    assert "PICOTEMP_TEST_URL=" in run.output
    assert "skipped" not in run.output


def run_suite(
    url: str,
    chosen: set[str] | None = None,
    slower: str = "",
    password: str = PASSWORD,
) -> Run:
    """Run the suite, or the chosen tests of it, as a person would."""
    told = {
        "PICOTEMP_TEST_URL": url,
        "PICOTEMP_TEST_SLOWER": slower,
        "PICOTEMP_TEST_PASSWORD": password,
    }
    inherited = {
        name: value for name, value in os.environ.items() if "PYTEST" not in name
    }
    done = subprocess.run(
        _command(chosen),
        cwd=TESTS.parent,
        env=inherited | told,
        capture_output=True,
        text=True,
        timeout=RUN_SECONDS,
    )
    found = OUTCOME.findall(done.stdout)

    def with_outcome(*outcomes: str) -> set[str]:
        return {test for outcome, test in found if outcome in outcomes}

    return Run(
        done.returncode,
        with_outcome("PASSED"),
        with_outcome("FAILED", "ERROR"),
        with_outcome("SKIPPED"),
        done.stdout + done.stderr,
    )


def _command(chosen: set[str] | None) -> list[str]:
    command = [sys.executable, "-m", "pytest", "tests/device", "-rA", "--tb=short"]
    # Of no use here; hypothesis alone takes longer to load than all the rest.
    for plugin in ("cacheprovider", "xdist", "hypothesispytest"):
        command += ["-p", f"no:{plugin}"]
    return command + (["-k", " or ".join(sorted(chosen))] if chosen else [])


@contextmanager
def _servers(names: list[str]) -> Iterator[dict[str, str]]:
    """Run servers, all in one process that ends with its stdin; give name to URL."""
    with subprocess.Popen(
        [sys.executable, "-m", "wrong_servers", *names],
        cwd=TESTS,
        env=os.environ | {"PICOTEMP_TEST_PASSWORD": PASSWORD},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdout is not None
        yield json.loads(process.stdout.readline())


def all_tests() -> set[str]:
    """Give the names of all tests of the suite."""
    definition = re.compile(r"^def (test_\w+)", re.MULTILINE)
    files = (TESTS / "device").glob("test_*.py")
    return {name for path in files for name in definition.findall(path.read_text())}
