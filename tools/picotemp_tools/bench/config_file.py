"""In: devices. Out: the collector's file that names them: a thousand fill no argv."""

import contextlib
import tempfile
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path


@contextlib.contextmanager
def config_file(
    urls: Mapping[str, str], other_lines: Iterable[str] = ()
) -> Iterator[Path]:
    """Give the path of a file of devices by name, which ends with the block."""
    with tempfile.TemporaryDirectory(prefix="picotemp-bench-") as folder:
        path = Path(folder) / "collector.toml"
        devices = (
            f'[[devices]]\nname = "{name}"\nurl = "{url}"' for name, url in urls.items()
        )
        path.write_text("\n".join((*other_lines, *devices, "")))
        yield path
