"""In: what lies on the board's flash. Out: the running program, or the REPL."""

import sys


def program_folder() -> str:
    """Name the folder that /app/current points to; nothing for a plain copy."""
    try:
        with open("/app/current") as file:
            return "/app/" + file.read().strip()
    except OSError:
        return ""


def main() -> None:
    """Find the program, make the board, boot; Ctrl-C leaves it for the REPL."""
    sys.path.insert(0, program_folder())
    try:
        from picotemp.board import Board
        from picotemp.boot import boot

        boot(Board())
    except KeyboardInterrupt:
        from picotemp.board import Board

        Board().watchdog_off()  # else it would cut mpremote off


if __name__ == "__main__":
    main()
