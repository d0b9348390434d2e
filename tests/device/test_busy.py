"""In: a board. Out: whether it serves three at once and tells the fourth so."""

import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from .answer import Answer
from .board import SLOTS, Board

AT_ONCE_SECONDS = 0.25
TRIES = 20
# Not the board's fault, if so few: a lost packet, a moment of a busy machine.
LATE_MOST = 2
NEVER_LATER_SECONDS = 1.0
# So that a try, and a late one too, is over before a holder's 3 seconds are.
RENEW_SECONDS = 1.7
CROWD = 9
CROWD_SECONDS = 10.0
SOON_SECONDS = 2.0


def judge_refusal(answer: Answer) -> None:
    """Hold a busy answer against the contract."""
    assert answer.status == 503
    assert answer.headers.get("retry-after", "").isdigit()
    assert 1 <= int(answer.headers["retry-after"]) <= 60
    assert answer.json() == {"error": "busy"}


def test_the_fourth_client_is_told_at_once_that_the_board_is_busy(
    board: Board,
) -> None:
    seconds: list[float] = []
    while len(seconds) < TRIES:
        holders = board.hold()
        while max(holder.age_seconds for holder in holders) < RENEW_SECONDS:
            refusal = board.exchange(
                board.request(), within_seconds=NEVER_LATER_SECONDS
            )
            assert all(holder.is_silent(0.001) for holder in holders)
            judge_refusal(refusal)
            seconds.append(refusal.seconds)
    at_once = [each for each in seconds if each <= board.limit(AT_ONCE_SECONDS)]
    assert len(at_once) >= len(seconds) - LATE_MOST, seconds


@pytest.mark.parametrize("path", ["/", "/info", "/metrics", "/nothing"])
def test_whatever_the_fourth_client_wants_it_is_refused(
    board: Board, path: str
) -> None:
    board.fill()
    judge_refusal(board.exchange(board.request(path)))
    judge_refusal(board.exchange(board.request(path)))


def test_the_board_serves_again_soon_after_silent_clients_leave(board: Board) -> None:
    for client in board.fill():
        client.close()
    before = time.monotonic()
    assert board.ask().status == 200
    assert time.monotonic() - before < board.limit(SOON_SECONDS)


def test_of_nine_at_once_every_one_gets_a_complete_answer(board: Board) -> None:
    before = time.monotonic()
    answers = crowd(board, "/")
    assert time.monotonic() - before < board.limit(CROWD_SECONDS)
    served = [answer for answer in answers if answer.status == 200]
    assert served
    for answer in answers:
        if answer not in served:
            judge_refusal(answer)
    assert board.ask().status == 200


def test_never_more_than_three_are_in_service(board: Board) -> None:
    for answer in [*crowd(board, "/info"), board.ask("/info")]:
        told = answer.json()
        assert isinstance(told, dict)
        if answer.status == 200:
            assert 1 <= told["connections_in_service"] <= SLOTS
            assert told.get("connections_in_service_max", 1) <= SLOTS


def crowd(board: Board, path: str) -> list[Answer]:
    """Ask nine times at once, nobody twice."""
    request = board.request(path)

    def ask_once(_number: int) -> Answer:
        return board.exchange(request, within_seconds=CROWD_SECONDS)

    with ThreadPoolExecutor(CROWD) as pool:
        return list(pool.map(ask_once, range(CROWD)))
