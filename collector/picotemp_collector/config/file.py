"""In: the path of a TOML file. Out: its tables, or what is wrong with it."""

import tomllib
from pathlib import Path

# A list of ten thousand devices takes one.
MOST_BYTES = 16 << 20


def read_file(path: Path) -> tuple[dict[str, object] | None, list[str]]:
    """Give the tables of a file, or None and the problem, in one line."""
    try:
        with path.open("rb") as file:
            raw = file.read(MOST_BYTES + 1)
        if len(raw) > MOST_BYTES:
            return None, [f"{path}: longer than 16 MiB; give --config a TOML file"]
        return tomllib.loads(raw.decode()), []
    except OSError as error:
        why = (error.strerror or type(error).__name__).lower()
        return None, [f"{path}: {why}; give --config the path of a TOML file"]
    except UnicodeDecodeError as error:
        return None, [f"{path}: byte {error.start + 1} is not UTF-8; save it as UTF-8"]
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        return None, [f"{path}: not TOML: {error}"]
