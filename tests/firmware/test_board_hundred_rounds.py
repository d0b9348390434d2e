"""In: harm of four kinds, 100 times. Out: each time a board that tells the truth."""

from picotemp_tools.emulator import EmulatedBoard

from .board_client import came_back, until
from .conftest import NewBoard
from .formula import shown
from .http_answer import Answer

ROUNDS = 100
CODES = (860, 876, 890, 1000)
# The firmware's 5 s are then a half; one that bites too early is only more harm.
WATCHDOG_SCALE = 0.1


async def test_a_board_that_is_rebooted_hung_and_cut_off_100_times_serves_each_time(
    new_board: NewBoard,
) -> None:
    async with new_board(watchdog_scale=WATCHDOG_SCALE) as board:
        for number in range(ROUNDS):
            code = CODES[number % 4]
            boots = await harm(board, number % 4)
            board.change(code=code)
            await came_back(board, boots)
            expected = shown(code)
            await until(board, lambda answer, e=expected: answer.json() == e)  # type: ignore[misc]
        assert len(board.serial.lines) > ROUNDS


async def harm(board: EmulatedBoard, way: int) -> int:
    """Do the board harm; give how often it has to have started then, at least."""
    boots = board.boots
    match way:
        case 0:
            board.press_reset()
        case 1:
            board.change(is_hung=True)
        case 2:
            board.power_cut()
            board.power_on()
        case _:
            # Lost before it is joined, it would be a join that takes 20 s to fail.
            await until(board, is_joined, "/info")
            board.change(wifi="lost")
            return boots
    return boots + 1


def is_joined(answer: Answer) -> bool:
    """Tell whether the board itself knows of its link."""
    return answer.json()["rssi_dbm"] is not None
