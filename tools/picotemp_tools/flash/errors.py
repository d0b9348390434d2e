"""In: a way to fail that a person can mend. Out: its text and its exit code.

The exit codes; a script may rely on them:

  0    done, or up to date
  1    unexpected: a fault of this program
  2    wrong use of the command line
  10   no port: no board is connected
  11   no permission: this user may not open the port
  12   busy: another program holds the port
  13   several boards: one has to be named
  14   bootloader mode: the board is a drive and waits for a UF2 file
  15   not MicroPython: something else runs on the board
  16   MicroPython too old
  17   wrong board: none with Wi-Fi that picotemp knows, or not the file's
  18   bad UF2 file: damaged, cut off, or none at all
  20   filesystem full
  21   filesystem unreadable: formatted, damaged, or without the program
  22   bad settings
  23   verification failed: the board holds other bytes than it should
  24   did not come up: the program does not start; a new one was switched back
  25   interrupted: a second run finishes the job
  26   not agreed: a question was answered with no, or nobody could answer; --yes agrees
  30   wrong Wi-Fi password
  31   network not found, or it cannot be joined
  32   no address: DHCP gave none
  33   hostname does not resolve
  34   HTTP does not answer
  35   the answer is not a reading
  36   host clock: the time of this machine is wrong
"""

from enum import IntEnum

from ..errors import ToolError


class Kind(IntEnum):
    """What is wrong, as the exit code that tells it."""

    NO_PORT = 10
    NO_PERMISSION = 11
    BUSY = 12
    SEVERAL_BOARDS = 13
    BOOTLOADER_MODE = 14
    NOT_MICROPYTHON = 15
    MICROPYTHON_TOO_OLD = 16
    WRONG_BOARD = 17
    BAD_UF2 = 18
    FILESYSTEM_FULL = 20
    FILESYSTEM_UNREADABLE = 21
    BAD_SETTINGS = 22
    VERIFICATION_FAILED = 23
    DID_NOT_COME_UP = 24
    INTERRUPTED = 25
    NOT_AGREED = 26
    WRONG_PASSWORD = 30
    NETWORK_NOT_FOUND = 31
    NO_ADDRESS = 32
    NAME_NOT_RESOLVED = 33
    HTTP_SILENT = 34
    NOT_A_READING = 35
    HOST_CLOCK = 36


class FlashError(ToolError):
    """What is wrong with a board or its surroundings, and what to do about it."""

    def __init__(self, kind: Kind, text: str) -> None:
        super().__init__(text)
        self.kind = kind


class LinkLostError(FlashError):
    """The board went away, or was reset, in the middle of an order."""

    def __init__(self, what: str) -> None:
        text = f"the board went away or was reset ({what}): check the cable, try again"
        super().__init__(Kind.INTERRUPTED, text)
