"""In: the dashboard's queries, a real Prometheus. Out: data for every panel.

No picture: there is no Grafana here.
"""

import asyncio

import pytest

from collector.deploy.dashboard_panels import Query, queries
from collector.deploy.dashboard_scene import (
    ALERTS,
    DOWN,
    FAILURES,
    GOOD,
    INFO,
    PATIENCE_SECONDS,
    Answers,
    Question,
    is_data,
    is_for_the_other_unit,
    questions,
    tell,
)
from conftest import Places

CELSIUS, FAHRENHEIT = 27.04, 80.67
# One a second, and what an extrapolation may add.
MOST_POLLS_A_MINUTE = 120
OF_TEMPERATURES = [query for query in queries() if query.is_of_one_unit]
OTHERS = [query for query in queries() if not query.is_of_one_unit]


def name_of(query: Query) -> str:
    return f"{query.panel}, {query.name}"


@pytest.fixture(scope="module")
def answers(new_place: Places, tmp_path_factory: pytest.TempPathFactory) -> Answers:
    return asyncio.run(tell(new_place, tmp_path_factory.mktemp("dashboard")))


@pytest.mark.parametrize("query", OTHERS, ids=name_of)
def test_every_query_of_every_panel_gives_data(query: Query, answers: Answers) -> None:
    for unit in ("celsius", "fahrenheit"):
        answer = answers[Question(query, unit)]
        assert is_data(answer), (query.expression, answer)


@pytest.mark.parametrize("query", OF_TEMPERATURES, ids=name_of)
def test_a_temperature_is_given_in_the_chosen_unit_alone(
    query: Query, answers: Answers
) -> None:
    shown = {
        "celsius": {GOOD: CELSIUS},
        "fahrenheit": {GOOD: FAHRENHEIT},
    }
    for unit, right in shown.items():
        answer = answers[Question(query, unit)]
        assert answer == (right if unit == query.name else {})


def test_a_board_that_is_down_has_nothing_to_show_but_that(answers: Answers) -> None:
    shown: dict[str, list[float]] = {}
    for query in OTHERS:
        answer = answers[Question(query, "celsius")]
        if DOWN in answer:
            shown.setdefault(query.panel, []).append(answer[DOWN])
    assert shown.pop(ALERTS) == [1]
    assert 0 < shown.pop(FAILURES)[0] <= MOST_POLLS_A_MINUTE
    assert 0 < shown.pop("Answer time (limit: 500 ms)")[0] < 1
    assert shown == {
        "Boards up": [0],
        "Board status": [0],
        "Availability, 30 days (goal: 99.9 %)": [0],
    }


def test_a_board_that_is_up_is_shown_whole(answers: Answers) -> None:
    shown = {
        (query.panel, query.name): answers[Question(query, "celsius")].get(GOOD)
        for query in OTHERS
    }
    assert shown["Boards up", "A"] == shown["Board status", "up"] == 1
    assert shown["Board status", "info"] == 1
    assert shown["Board status", "wifi"] == INFO["rssi_dbm"]
    assert shown["Board status", "uptime"] == INFO["uptime_s"]
    assert shown["Free heap", "A"] == INFO["heap_free_bytes"]
    # It is asked each second, and both read the same clock.
    ago = shown["Board status", "success"]
    assert ago is not None
    assert -1 < ago < PATIENCE_SECONDS
    # 1, unless the machine was too busy for a poll.
    assert 0 < (shown["Availability, 30 days (goal: 99.9 %)", "A"] or 0) <= 1


def test_the_collector_is_shown(answers: Answers) -> None:
    shown = {
        (query.panel, query.name): answers[Question(query, "celsius")][""]
        for query in OTHERS
        if "" in answers[Question(query, "celsius")]
    }
    assert shown["Collectors up", "A"] == shown["Configuration", "A"] == 1
    assert shown["Devices", "A"] == 2
    assert shown["Shards", "A"] == shown["Shards", "B"] == 1


def test_nothing_was_left_out(answers: Answers) -> None:
    assert set(answers) == set(questions())
    assert len(OF_TEMPERATURES) == 4
    assert sum(map(is_for_the_other_unit, questions())) == 4
