"""In: what lies on the board's flash. Out: the running program, or the REPL."""

import os
import sys
import time

STARTS_ON_TRIAL = 3


def main() -> None:
    """Boot what /app/current names, else /picotemp; Ctrl-C leaves for the REPL."""
    try:
        sys.path.insert(0, _folder())
        from picotemp.board import Board
        from picotemp.boot import boot

        boot(Board())
    except KeyboardInterrupt:
        pass
    except Exception as error:  # noqa: BLE001 no board stays dead
        print(repr(error))
        time.sleep(30)  # in which a person can press Ctrl-C
        import machine  # type: ignore[import-not-found]  # board.py may be broken

        machine.reset()


def _folder() -> str:
    try:
        name = _line("/app/current")
    except (OSError, ValueError):
        return ""
    try:
        # There only while nobody has seen the program come up.
        before = _line("/app/previous")
        with open("/app/starts", "a") as file:
            file.write(".")
        if len(_line("/app/starts")) > STARTS_ON_TRIAL:
            name = before
            if not before and "picotemp" not in os.listdir("/"):
                os.rename("/app/main.before", "/main.py")
    except (OSError, ValueError):
        pass
    return "/app/" + name if name else ""


def _line(path: str) -> str:
    with open(path) as file:
        return file.read(99).strip()


if __name__ == "__main__":
    main()
