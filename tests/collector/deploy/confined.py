"""In: a command of the image. Out: the same as in a container that is read-only.

As root on Linux: a root file system that nobody can write, user 10001, no new
privileges, and of the capabilities the one to read what lies in root's own folder (the
interpreter may). Elsewhere: the user that runs the tests, in a folder it cannot write.
"""

import functools
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

COMMANDS = Path(sys.executable).parent
USER = 10001
CAPABILITY = "-all,+dac_read_search"
# $0 is the one folder that can be written, as a container's tmpfs; or nothing.
SCRIPT = f"""
mount --make-rprivate / || exit 125
test -z "$0" || mount --bind "$0" "$0" || exit 125
mount -o remount,bind,ro / || exit 125
cd / && exec setpriv --reuid {USER} --regid {USER} --clear-groups --no-new-privs \
  --bounding-set={CAPABILITY} --inh-caps={CAPABILITY} --ambient-caps={CAPABILITY} "$@"
"""


@contextmanager
def confined(
    command: list[str], environment: dict[str, str], scratch: Path | None = None
) -> Iterator["subprocess.Popen[str]"]:
    """Run a command for the length of the block; kill it if it goes on then."""
    prefix = _prefix(str(scratch or "")) if _can_be_confined() else ()
    clean = {key: os.environ[key] for key in ("PYTHONPATH",) if key in os.environ}
    with subprocess.Popen(
        [*prefix, *command],
        cwd="/",
        env=clean | environment | {"PATH": f"{COMMANDS}:{os.environ['PATH']}"},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        try:
            yield process
        finally:
            process.kill()


def _prefix(scratch: str) -> tuple[str, ...]:
    return ("unshare", "--mount", "sh", "-c", SCRIPT, scratch)


@functools.cache
def _can_be_confined() -> bool:
    # Not where the tests have no root, nor in most containers.
    probe = (*_prefix(""), sys.executable, "-c", "import os; print(os.getuid())")
    try:
        found = subprocess.run(probe, capture_output=True, text=True, timeout=20)
    except FileNotFoundError:
        return False
    return found.stdout == f"{USER}\n"
