"""In: the firmware. Out: for each path the smallest heap that bears 1,000 requests.

`python -m picotemp_tools.bench.smallest_heap`; of the 64-bit port, in KiB, what the
stand-ins take not counted. On the chip objects are half as wide.
"""

import json
import subprocess
import sys
import tempfile
from pathlib import Path

from .. import compiled_files
from ..errors import ToolError
from . import hammer
from .bare import running

PATHS = ("/", "/info", "/metrics")
ADDRESS, PORT = "127.0.0.103", 8080
MOST_KB, LEAST_KB, STEP_KB = 160, 100, -2
REQUESTS = "1000"
# It takes well under a second; one that has no memory left may never answer.
PATIENCE_SECONDS = 20
HAMMER = (sys.executable, "-I", "-S", hammer.__file__)


def main() -> None:
    """Try one heap after the other."""
    with tempfile.TemporaryDirectory(prefix="picotemp-heap-") as folder:
        files = Path(folder)
        compiled_files.build(files)
        settings = {"ssid": "bare", "port": PORT}
        (files / "settings.json").write_text(json.dumps(settings))
        print(f"all application .mpy: {compiled_files.application_bytes(files)} bytes")
        for path in PATHS:
            enough = None
            for heap_kb in range(MOST_KB, LEAST_KB, STEP_KB):
                if not _bears(files, path, heap_kb):
                    break
                enough = heap_kb
            print(f"{path}: {enough} KiB", flush=True)


def _bears(files: Path, path: str, heap_kb: int) -> bool:
    try:
        with running(files, ADDRESS, PORT, heap_kb) as board:
            result = subprocess.run(  # noqa: S603 our own interpreter and file
                [*HAMMER, ADDRESS, str(PORT), path, REQUESTS],
                capture_output=True,
                check=False,
                timeout=PATIENCE_SECONDS,
            )
            return result.returncode == 0 and "MemoryError" not in board.output()
    except (ToolError, subprocess.TimeoutExpired):
        return False  # it does not even start, or answers no more


if __name__ == "__main__":
    main()
