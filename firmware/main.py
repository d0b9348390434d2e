"""In: what lies on the board's flash. Out: the running program, or the REPL."""

import sys
import time


def main() -> None:
    """Boot what /app/current names, else /picotemp; Ctrl-C leaves for the REPL."""
    try:
        try:
            with open("/app/current") as file:
                sys.path.insert(0, "/app/" + file.read(99).strip())
        except (OSError, ValueError):
            sys.path.insert(0, "")
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


if __name__ == "__main__":
    main()
