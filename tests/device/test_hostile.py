"""In: a board, a seeded crowd of hostile requests. Out: whether it serves on, whole."""

import contextlib
import time

from .answer import STATUS_LINE
from .board import ANSWER_SECONDS, GONE_SECONDS, PIECE_PAUSE_SECONDS, Board
from .client import Client, Ending
from .hostile import Attack, Manner, attacks
from .test_info import in_service

SEED = 3
ATTACKS = 200
BETWEEN_READINGS = 10


def test_hostile_requests_keep_no_honest_one_from_its_answer(board: Board) -> None:
    for number, attack in enumerate(attacks(SEED, ATTACKS), start=1):
        suffer(board, attack)
        if number % BETWEEN_READINGS == 0:
            assert board.ask().status == 200, f"after attack {number}: {attack}"
    assert in_service(board, 1) == 1


def suffer(board: Board, attack: Attack) -> None:
    client = board.connect()
    for number, piece in enumerate(attack.pieces):
        time.sleep(board.limit(PIECE_PAUSE_SECONDS) if number else 0)
        # A board need not take it all.
        with contextlib.suppress(TimeoutError):
            client.send(piece, board.limit(ANSWER_SECONDS))
    if attack.manner is Manner.HALF_CLOSE:
        client.half_close()
        judge_ending(client, board.limit(GONE_SECONDS), attack)
    if attack.manner is Manner.ABORT:
        client.abort()
    else:
        client.close()


def judge_ending(client: Client, limit_seconds: float, attack: Attack) -> None:
    """Hold what is answered, if anything is, to be no failure of the board."""
    received = client.read_to_end(limit_seconds)
    assert received.ending is not Ending.OPEN, attack
    if received.data:
        status_line, *_ = received.data.decode("latin-1").split("\r\n")
        found = STATUS_LINE.fullmatch(status_line)
        assert found, f"{attack}: {status_line!r}"
        assert int(found[1]) < 500 or b"Retry-After" in received.data, attack
