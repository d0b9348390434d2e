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

TESTS = Path(__file__).parent
RUNS_AT_ONCE = 6
RUN_SECONDS = 60
OUTCOME = re.compile(r"^(PASSED|FAILED|ERROR|SKIPPED) \S*?::(\w+)", re.MULTILINE)

ANY_HEAD = "test_a_header_may_be_cut_anywhere"
NOT_FOUND = "test_an_unknown_path_is_not_found"
VALUES = "test_both_values_are_finite_numbers_in_range_that_agree"
FOURTH = "test_the_fourth_client_is_told_at_once_that_the_board_is_busy"
FOURTH_ANYWAY = "test_whatever_the_fourth_client_wants_it_is_refused"
CUT = "test_a_client_without_a_whole_request_is_cut_at_three_seconds"
CUT_BODY = "test_a_client_that_drips_a_body_lives_no_longer"
BEYOND = "test_a_request_beyond_all_bounds_is_refused_and_the_board_serves_on"
MALFORMED = "test_a_malformed_request_is_refused_and_the_board_serves_on"
METHOD = "test_a_wrong_method_is_told_which_are_allowed"

# Server, the tests that must fail against it.
WRONG: dict[str, set[str]] = {
    "sends_text": {VALUES, "test_no_value_has_more_than_two_decimals"},
    "wraps_round": {VALUES, "test_two_readings_some_time_apart_both_hold"},
    "has_no_bias": {VALUES},
    "rounds_fahrenheit": {VALUES},
    "sends_nan": {VALUES, "test_the_reading_is_an_ok_answer_in_json"},
    "sends_all_digits": {"test_no_value_has_more_than_two_decimals"},
    "adds_a_key": {"test_the_reading_has_exactly_the_two_keys"},
    "never_busy": {FOURTH, FOURTH_ANYWAY, "test_never_more_than_three_are_in_service"},
    "never_cuts": {CUT, CUT_BODY},
    "cuts_at_once": {CUT},
    "forgives_drips": {CUT},
    "slower_than_life": {CUT, CUT_BODY},
    "slams_the_door": {
        FOURTH,
        FOURTH_ANYWAY,
        "test_of_nine_at_once_every_one_gets_a_complete_answer",
    },
    "queues": {FOURTH},
    "refuses_by_halves": {FOURTH, FOURTH_ANYWAY},
    "does_not_say_when": {FOURTH, FOURTH_ANYWAY},
    "leaks_slots": {"test_the_board_serves_again_soon_after_silent_clients_leave"},
    "recovers_never": {"test_the_board_serves_on_after_cutting_them"},
    "keeps_connections": {
        "test_a_connection_is_closed_even_if_the_client_would_keep_it"
    },
    "hides_what_is_allowed": {METHOD},
    "knows_every_path": {NOT_FOUND},
    "ignores_the_method": {METHOD, "test_head_gives_the_headers_of_get_and_no_body"},
    "stumbles_over_bodies": {"test_a_wrong_method_with_a_small_body_is_answered_too"},
    "trusts_lengths": {MALFORMED, "test_header_names_count_in_any_case"},
    "has_no_bounds": {BEYOND},
    "wants_its_own_case": {"test_header_names_count_in_any_case"},
    "wants_one_packet": {"test_a_request_may_come_in_many_small_pieces", ANY_HEAD},
    "wants_new_http": {"test_both_versions_of_http_are_spoken"},
    "tires": {"test_fifty_quick_requests_in_a_row_are_served"},
    "makes_things_up": {
        "test_who_the_board_is_stands_there_in_words",
        "test_the_board_stays_who_it_is",
        "test_the_one_who_asks_is_in_service",
        "test_silent_clients_count_as_in_service",
        "test_the_signal_is_in_range_or_unknown",
        "test_the_free_heap_is_in_range",
        "test_the_uptime_grows",
    },
    "speaks_html": {NOT_FOUND, MALFORMED, METHOD},
}
# What a wrong server must pass, lest it fail for being dead: it is wrong in one way.
HARMLESS = "test_the_hostname_is_one_that_a_board_can_have"
# Whoever does not close passes only what asks nothing; a leak spoils what comes later.
HARMLESS_FOR = {
    "keeps_connections": CUT,
    "leaks_slots": MALFORMED,
    "recovers_never": MALFORMED,
}


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


def run_suite(url: str, chosen: set[str] | None = None, slower: str = "") -> Run:
    """Run the suite, or the chosen tests of it, as a person would."""
    command = [sys.executable, "-m", "pytest", "tests/device", "-rA", "--tb=short"]
    # Of no use here; hypothesis alone takes longer to load than all the rest.
    for plugin in ("cacheprovider", "xdist", "hypothesispytest"):
        command += ["-p", f"no:{plugin}"]
    if chosen:
        command += ["-k", " or ".join(sorted(chosen))]
    inherited = {
        name: value for name, value in os.environ.items() if "PYTEST" not in name
    }
    done = subprocess.run(
        command,
        cwd=TESTS.parent,
        env=inherited | {"PICOTEMP_TEST_URL": url, "PICOTEMP_TEST_SLOWER": slower},
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


@contextmanager
def _servers(names: list[str]) -> Iterator[dict[str, str]]:
    """Run servers, all in one process that ends with its stdin; give name to URL."""
    with subprocess.Popen(
        [sys.executable, "-m", "wrong_servers", *names],
        cwd=TESTS,
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
