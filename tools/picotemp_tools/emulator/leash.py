"""In: a command. Out: the same process running it, which dies with its starter.

A file for an interpreter of its own: `python leash.py STARTER_PID COMMAND ...`. The
kernel ends the process with the emulator, even one that was killed; other systems
than Linux cannot, there the tether's end must do.
"""

import ctypes
import os
import signal
import sys

PR_SET_PDEATHSIG = 1


def main(starter: int, command: list[str]) -> None:
    """Ask the kernel for that, become the command."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
        if os.getppid() != starter:
            return  # it died before the kernel was asked
    os.execvp(command[0], command)  # noqa: S606 that is what it is for


if __name__ == "__main__":
    main(int(sys.argv[1]), sys.argv[2:])
