"""In: a board. Out: whether GET /info tells about the board what the contract names."""

import time

import pytest

from .board import SLOTS, Board

TEXTS = ("id", "hostname", "version", "micropython", "reset_cause")
CAUSES = {"power", "watchdog", "exception", "intended"}
COUNTS = (
    "wifi_reconnects_total",
    "loop_lag_max_ms",
    "requests_total",
    "rejected_total",
)
LAST_RUN = {"ended_by", "saved", "age_s", "is_whole", "reason", "lines"}
INFO_MOST_BYTES = 4096
LONGEST_HOSTNAME = 32
WEAKEST_DBM = -127
LARGEST_HEAP_BYTES = 16 * 1024 * 1024
UPTIME_GROWS_SECONDS = 3.0
SETTLED_SECONDS = 1.0


def whole_number(info: dict[str, object], key: str) -> int:
    """Give a value that must be a whole number."""
    value = info[key]
    assert isinstance(value, int), f"{key} is {value!r}"
    assert not isinstance(value, bool), f"{key} is {value!r}"
    return value


def uptime_seconds(board: Board) -> float:
    """Give the uptime; a fraction is allowed."""
    value = board.info()["uptime_s"]
    assert isinstance(value, int | float), f"uptime_s is {value!r}"
    assert not isinstance(value, bool), f"uptime_s is {value!r}"
    return value


@pytest.mark.parametrize("key", TEXTS)
def test_who_the_board_is_stands_there_in_words(board: Board, key: str) -> None:
    text = board.info()[key]
    assert isinstance(text, str), f"{key} is {text!r}"
    assert text.strip(), f"{key} is empty"


def test_the_hostname_is_one_that_a_board_can_have(board: Board) -> None:
    hostname = str(board.info()["hostname"])
    assert 1 <= len(hostname) <= LONGEST_HOSTNAME
    assert hostname.replace("-", "").isalnum()


def test_the_board_stays_who_it_is(board: Board) -> None:
    first, second = board.info(), board.info()
    assert [first[key] for key in TEXTS] == [second[key] for key in TEXTS]


def test_the_uptime_grows(board: Board) -> None:
    first = uptime_seconds(board)
    assert first >= 0
    until = time.monotonic() + board.limit(UPTIME_GROWS_SECONDS)
    while (later := uptime_seconds(board)) <= first and time.monotonic() < until:
        time.sleep(0.1)
    assert later > first


def test_the_signal_is_in_range_or_unknown(board: Board) -> None:
    info = board.info()
    assert "rssi_dbm" in info
    if info["rssi_dbm"] is not None:
        assert WEAKEST_DBM <= whole_number(info, "rssi_dbm") <= 0


def test_the_free_heap_is_in_range(board: Board) -> None:
    assert 0 < whole_number(board.info(), "heap_free_bytes") < LARGEST_HEAP_BYTES


def test_the_one_who_asks_is_in_service(board: Board) -> None:
    assert in_service(board, 1) == 1


def test_silent_clients_count_as_in_service(board: Board) -> None:
    for _ in range(SLOTS - 1):
        board.connect()
    assert in_service(board, SLOTS) == SLOTS


def in_service(board: Board, expected: int) -> int:
    """Ask for the count, again for a moment while another one is just leaving."""
    until = time.monotonic() + board.limit(SETTLED_SECONDS)
    while (count := whole_number(board.info(), "connections_in_service")) != expected:
        if time.monotonic() > until:
            break
        time.sleep(0.05)
    return count


def test_the_whole_page_is_small(board: Board) -> None:
    assert len(board.ask("/info").body) <= INFO_MOST_BYTES


def test_the_cause_of_the_last_reset_is_one_of_four(board: Board) -> None:
    assert board.info()["reset_cause"] in CAUSES


@pytest.mark.parametrize("key", COUNTS)
def test_counts_are_whole_and_never_fall(board: Board, key: str) -> None:
    first, later = whole_number(board.info(), key), whole_number(board.info(), key)
    assert 0 <= first <= later


def test_each_request_is_counted(board: Board) -> None:
    first = whole_number(board.info(), "requests_total")
    board.ask("/")
    assert whole_number(board.info(), "requests_total") >= first + 2


def test_the_last_run_is_told_of_or_unknown(board: Board) -> None:
    told = board.info()["last_run"]
    if told is not None:
        assert isinstance(told, dict), f"last_run is {told!r}"
        assert set(told) >= LAST_RUN
        assert isinstance(told["ended_by"], str)
        assert isinstance(told["is_whole"], bool)
        assert told["age_s"] is None or whole_number(told, "age_s") >= 0
        assert isinstance(told["lines"], list)
        assert all(isinstance(line, str) for line in told["lines"])
