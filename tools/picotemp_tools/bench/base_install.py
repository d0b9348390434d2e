"""In: nothing. Out: the environment of a collector without the extra "fast"."""

import contextlib
import os
import tempfile
from collections.abc import Iterator
from pathlib import Path

FAST = ("uvloop", "isal")


@contextlib.contextmanager
def base_install() -> Iterator[dict[str, str]]:
    """Give variables with which Python finds what `pip install picotemp` brings."""
    with tempfile.TemporaryDirectory(prefix="picotemp-bench-") as folder:
        for name in FAST:
            text = f'raise ImportError("{name} is not of the base install")\n'
            (Path(folder) / f"{name}.py").write_text(text)
        others = filter(None, [os.environ.get("PYTHONPATH")])
        yield {"PYTHONPATH": os.pathsep.join([folder, *others])}
