"""In: which board a person means. Out: sessions with it, its log, through resets."""

import time
from collections.abc import Callable

from ..errors import FlashError, Kind
from ..usb.host import Host
from ..usb.ports import Board, choose, find, require_ready
from ..usb.wire import SETTLE_SECONDS
from ..watch.arrival import Arrival, wait_until_up
from ..watch.serial_log import SerialLog
from .session import Session

POLL_SECONDS = 0.3
# What a board is for a moment while it comes back.
PASSING = (
    Kind.NO_PORT,
    Kind.NO_PERMISSION,
    Kind.BUSY,
    Kind.NOT_MICROPYTHON,
    Kind.BOOTLOADER_MODE,
)


class Reach:
    """The one board that is meant, at whatever port it is now."""

    def __init__(
        self,
        host: Host,
        port: str | None = None,
        serial_number: str | None = None,
        open_session: Callable[[str], Session] = Session,
        sleep: Callable[[float], None] = time.sleep,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._host = host
        self._port = port
        self._serial_number = serial_number
        self._open = open_session
        self._sleep = sleep
        self._clock = clock

    def boards(self) -> list[Board]:
        """List all boards there are."""
        return find(self._host, self._port)

    def board(self) -> Board:
        """Find it; raise FlashError where it is not to be found, or not alone."""
        return choose(self.boards(), self._port, self._serial_number)

    def take(self, board: Board) -> None:
        """Mean this board from now on."""
        self._port, self._serial_number = board.port, board.serial_number

    def port(self) -> str:
        """Give its port; from then on it is this board, wherever it is plugged in."""
        board = self.board()
        port = require_ready(board)
        if board.serial_number:
            # It may come back at another port.
            self._port, self._serial_number = None, board.serial_number
        return port

    def port_if_there(self) -> str | None:
        """Give its port, or nothing while it is away; one that is refused is there."""
        try:
            return self.board().port
        except FlashError:
            return None

    def session(self) -> Session:
        """Interrupt its program."""
        return self._open(self.port())

    def session_again(self) -> Session:
        """Interrupt it once it is back; raise INTERRUPTED where it stays away."""
        until = self._clock() + SETTLE_SECONDS
        while True:
            try:
                return self.session()
            except FlashError as error:
                if error.kind not in PASSING:
                    raise
                if self._clock() > until:
                    text = f"the board does not come back: {error}; then try again"
                    raise FlashError(Kind.INTERRUPTED, text) from error
            self._sleep(POLL_SECONDS)

    def wait_until_up(self, version: str) -> Arrival:
        """Watch it start; raise DID_NOT_COME_UP where this version does not."""
        with self.log() as log:
            return wait_until_up(log, version)

    def log(self) -> SerialLog:
        """Give what it says, from now on."""
        return SerialLog(self.port_if_there, self._host)
