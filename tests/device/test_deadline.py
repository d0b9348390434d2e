"""In: a board. Out: whether 3 seconds are the whole life of a connection."""

import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest

from .answer import judge
from .board import (
    ANSWER_SECONDS,
    EARLIEST_CUT_SECONDS,
    GONE_SECONDS,
    LATEST_CUT_SECONDS,
    LIFE_SECONDS,
    SLOTS,
    Board,
)
from .client import Client, Ending, Received

DRIPS = 20
# The least that a kernel grants; so little is taken of an answer that is not read.
UNREAD_BYTES = 1
# Outside the limits once, it may be a busy machine; twice, it is the board.
ROUNDS = 2
# How much longer than allowed we wait, to tell by how much it is too late.
WAIT_SECONDS = LATEST_CUT_SECONDS + 1
Lives = dict[str, Received]


@pytest.fixture(scope="module")
def lives(reachable_board: Board) -> Lives:
    """Three clients that never come to an end, all at the same time, lived out."""
    for _ in range(ROUNDS):
        reachable_board.wait_until_free()
        lives = _live_out(reachable_board)
        if all(_ends_in_time(reachable_board, life) for life in lives.values()):
            break
    return lives


def frees_unread_slots_in_time(board: Board) -> bool:
    """Fill every slot with a client that asks much and reads nothing."""
    clients = [board.connect(UNREAD_BYTES) for _ in range(SLOTS)]
    for client in clients:
        client.send(board.request("/metrics"))
    left_seconds = board.limit(LATEST_CUT_SECONDS) - clients[-1].age_seconds
    time.sleep(max(left_seconds, 0))
    answer = board.exchange(board.request())
    for client in clients:
        ending = client.read_to_end(board.limit(ANSWER_SECONDS)).ending
        assert ending is not Ending.OPEN
        client.close()
    return answer.status == 200


def _live_out(board: Board) -> Lives:
    wait = board.limit(WAIT_SECONDS)
    interval = board.limit(LIFE_SECONDS / DRIPS)
    begin_of_head = board.request(headers=["X-Slow: " + "a" * DRIPS * 2])
    begin_of_body = board.request(headers=["Content-Length: 100"])

    def silent(client: Client) -> Received:
        return client.read_to_end(wait)

    def drips_a_head(client: Client) -> Received:
        client.send(begin_of_head[: -DRIPS * 2])
        return client.drip(begin_of_head[-DRIPS * 2 : -1], interval, wait)

    def drips_a_body(client: Client) -> Received:
        client.send(begin_of_body)
        return client.drip(b"x" * DRIPS * 2, interval, wait)

    return _at_once(board, [silent, drips_a_head, drips_a_body])


@pytest.mark.parametrize("name", ["silent", "drips_a_head"])
def test_a_client_without_a_whole_request_is_cut_at_three_seconds(
    board: Board, lives: Lives, name: str
) -> None:
    received = lives[name]
    assert received.ending is not Ending.OPEN
    assert received.lived_most_seconds >= EARLIEST_CUT_SECONDS
    assert received.lived_least_seconds <= board.limit(LATEST_CUT_SECONDS)
    if received.data:
        assert judge(received.data).status == 408


def test_a_client_that_drips_a_body_lives_no_longer(board: Board, lives: Lives) -> None:
    received = lives["drips_a_body"]
    assert received.ending is not Ending.OPEN
    assert received.lived_least_seconds <= board.limit(LATEST_CUT_SECONDS)
    if received.data:
        assert judge(received.data).status in (200, 400, 408, 413)


@pytest.mark.usefixtures("lives")
def test_the_board_serves_on_after_cutting_them(board: Board) -> None:
    assert board.ask().status == 200


def test_clients_that_do_not_read_are_gone_after_three_seconds(board: Board) -> None:
    assert any(frees_unread_slots_in_time(board) for _ in range(ROUNDS))


def test_clients_that_ask_on_and_do_not_read_take_no_slot_for_long(
    board: Board,
) -> None:
    for client in board.fill():
        client.send(board.request() * 20)
    assert board.ask().status == 200


def test_clients_that_say_nothing_and_no_more_take_no_slot_for_long(
    board: Board,
) -> None:
    clients = board.fill()
    for client in clients:
        client.half_close()
    for client in clients:
        ending = client.read_to_end(board.limit(GONE_SECONDS)).ending
        assert ending is not Ending.OPEN
    assert board.ask().status == 200


def test_clients_that_leave_amid_a_request_take_no_slot(board: Board) -> None:
    for number in range(3 * SLOTS):
        client = board.connect()
        client.send(board.request()[:-2])
        client.abort() if number % 2 else client.close()
    assert board.ask().status == 200


def _ends_in_time(board: Board, life: Received) -> bool:
    return life.lived_least_seconds <= board.limit(LATEST_CUT_SECONDS) and (
        bool(life.data) or life.lived_most_seconds >= EARLIEST_CUT_SECONDS
    )


def _at_once(board: Board, habits: list[Callable[[Client], Received]]) -> Lives:
    def live(habit: Callable[[Client], Received]) -> tuple[str, Received]:
        return habit.__name__, habit(board.connect())

    try:
        with ThreadPoolExecutor(len(habits)) as pool:
            return dict(pool.map(live, habits))
    finally:
        board.leave()
