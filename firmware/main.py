"""In: what lies on the board's flash. Out: the running program."""

import sys


def program_folder() -> str | None:
    """Name the folder that /app/current points to, or None for a plain copy."""
    try:
        with open("/app/current") as file:
            return "/app/" + file.read().strip()
    except OSError:
        return None


def main() -> None:
    """Find the program, make the board, load the settings, run the app."""
    folder = program_folder()
    if folder:
        sys.path.insert(0, folder)

    from picotemp.app import run
    from picotemp.board import Board
    from picotemp.settings import load

    run(Board(), *load("/settings.json"))


if __name__ == "__main__":
    main()
