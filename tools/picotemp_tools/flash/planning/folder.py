"""In: a program, a folder of /app as it lies there. Out: the steps that make it whole.

A folder with anything in it that is not the program's is made anew: MicroPython would
import a module.py, or a folder of that name, before our module.mpy.
"""

from collections.abc import Mapping
from pathlib import PurePosixPath

from .program import Program, sha256
from .snapshot import APP, Found
from .steps import Copy, MakeFolder, Send, Step, Verify


def is_whole(program: Program, found: Mapping[str, Found]) -> bool:
    """Tell whether the folder is the program, nothing more or less."""
    return is_clean(program, found) and all(
        _is_right(program, found, path) for path in program.files
    )


def is_clean(program: Program, found: Mapping[str, Found]) -> bool:
    """Tell whether nothing is in the folder that the program does not have there."""
    parents = _parents(program)
    return all(
        path in (program.files if file.sha256 else parents)
        for path, file in found.items()
    )


def fill(
    program: Program,
    name: str,
    found: Mapping[str, Found],
    sources: Mapping[str, str],
) -> list[Step]:
    """Give the steps that complete a clean folder, and verify all of it.

    `sources` are the paths, by hash, of what lies on the board outside the folder.
    """
    folder = f"{APP}/{name}"
    steps: list[Step] = [MakeFolder(APP), MakeFolder(folder)]
    steps += [MakeFolder(f"{folder}/{parent}") for parent in _parents(program)]
    right = {path for path in program.files if _is_right(program, found, path)}
    known = dict(sources)
    known.update({sha256(program.files[path]): f"{folder}/{path}" for path in right})
    for path in sorted(program.files.keys() - right):
        content = program.files[path]
        source = known.get(sha256(content))
        target = f"{folder}/{path}"
        steps.append(
            Copy(source, target, len(content)) if source else Send(target, content)
        )
    hashes = {f"{folder}/{path}": sha256(it) for path, it in program.files.items()}
    return [*steps, Verify(hashes)]


def _is_right(program: Program, found: Mapping[str, Found], path: str) -> bool:
    return path in found and found[path].sha256 == sha256(program.files[path])


def _parents(program: Program) -> list[str]:
    parents = {
        str(parent) for path in program.files for parent in PurePosixPath(path).parents
    }
    return sorted(parents - {"."})
