"""In: settings that are right each by itself. Out: problems where they do not fit."""

from pathlib import Path

from collector.loading import loaded, problems_of

BOARD = {"PICO_SERVER_URL": "http://picotemp.local"}


def test_equal_names_are_a_problem() -> None:
    text = "http://h/1,http://h/2,a=http://x,a=http://y"
    where = "environment variable PICO_SERVER_URL number"
    expected = "name: expected one of its own, given"
    problems = problems_of(None, {"PICO_SERVER_URL": text})
    assert [problem.split(";")[0] for problem in problems] == [
        f'{where} 2: {expected} "h" as in {where} 1',
        f'{where} 4: {expected} "a" as in {where} 3',
    ]


def test_a_timeout_longer_than_its_interval_is_a_problem(tmp_path: Path) -> None:
    [problem] = problems_of(
        None, BOARD, {("poll", "timeout_seconds"): ("--timeout", "6")}
    )
    assert problem.startswith("--timeout: poll.timeout_seconds: expected at most")
    path = tmp_path / "collector.toml"
    path.write_text('[[devices]]\nurl = "h"\ninterval_seconds = 2\ntimeout_seconds = 3')
    [problem] = problems_of(path)
    assert problem.startswith(
        f"{path}: [[devices]] number 1: timeout_seconds:"
        " expected at most the interval of 2 s, given 3; "
    )


def test_a_shorter_interval_alone_shortens_the_timeout() -> None:
    flags = {("poll", "interval_seconds"): ("--interval", "1")}
    [device] = loaded(None, BOARD, flags).devices
    assert (device.interval_seconds, device.timeout_seconds) == (1, 0.7)
