"""In: a port. Out: the command of blackbox_exporter that probes boards."""

import contextlib
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

from ..errors import ToolError

PROGRAM = "prometheus-blackbox-exporter"
MODULES = """modules:
  board:
    prober: http
    timeout: 3s
    http: {fail_if_body_not_matches_regexp: ['"tempC": 27.04,']}
"""


@contextlib.contextmanager
def command(host: str, port: int) -> Iterator[tuple[str, ...]]:
    """Give the words of it; its file of modules ends with the block."""
    program = shutil.which(PROGRAM)
    if program is None:
        raise ToolError(f"{PROGRAM} is not on PATH: `make bench` fetches it")
    with tempfile.TemporaryDirectory(prefix="picotemp-bench-") as folder:
        modules = Path(folder) / "blackbox.yml"
        modules.write_text(MODULES)
        address = f"--web.listen-address={host}:{port}"
        yield program, f"--config.file={modules}", address


def path(url: str) -> str:
    """Give the path that probes the board of a URL."""
    return f"/probe?module=board&target={url}"
