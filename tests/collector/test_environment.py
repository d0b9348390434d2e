"""In: environments with all sorts of variables. Out: problems for those of ours."""

import pytest

from collector.loading import loaded, problems_of

BOARD = {"PICO_SERVER_URL": "http://picotemp.local"}


@pytest.mark.parametrize(
    ("name", "hint"),
    [
        ("PICOTEMP_POLL_INTERVAL", "did you mean PICOTEMP_POLL_INTERVAL_SECONDS?"),
        ("PICOTEMP_SERVER_LISTENS", "did you mean PICOTEMP_SERVER_LISTEN?"),
        ("PICOTEMP_SERVER_PORT", "unknown key"),
        ("PICOTEMP_DEVICES", "devices are given by PICO_SERVER_URL"),
    ],
)
def test_a_misspelt_variable_is_a_problem(name: str, hint: str) -> None:
    [problem] = problems_of(None, {**BOARD, name: "x"})
    assert problem.startswith(f"environment variable {name}: unknown key; ")
    assert hint in problem


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("PICOTEMP_TEST_DEVICE", "x"),
        ("PICOTEMP", "x"),
        ("PICOTEMPO_POLL_X", "x"),
        ("PICOTEMP_SERVER_SERVICE_HOST", "10.43.0.7"),
        ("PICOTEMP_SERVER_SERVICE_PORT", "3030"),
        ("PICOTEMP_SERVER_SERVICE_PORT_HTTP", "3030"),
        ("PICOTEMP_SERVER_PORT", "tcp://10.43.0.7:3030"),
        ("PICOTEMP_SERVER_PORT_3030_TCP", "tcp://10.43.0.7:3030"),
        ("PICOTEMP_SERVER_PORT_3030_TCP_PROTO", "tcp"),
        ("PICOTEMP_SERVER_PORT_3030_TCP_PORT", "3030"),
        ("PICOTEMP_SERVER_PORT_3030_TCP_ADDR", "10.43.0.7"),
    ],
)
def test_a_variable_of_someone_else_is_left_alone(name: str, value: str) -> None:
    assert loaded(None, {**BOARD, name: value}).devices
