"""In: the command picotemp-flash. Out: what cli.py does; Ctrl-C is no traceback."""

import sys

from .errors import Kind


def main() -> None:
    """Run picotemp-flash."""
    try:
        # The libraries take a while to load, in which somebody may press Ctrl-C.
        from .cli import main as run

        run()
    except KeyboardInterrupt:
        sys.exit(Kind.INTERRUPTED)


if __name__ == "__main__":
    main()
