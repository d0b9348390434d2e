"""In: steps, one by one or torn. Out: the flash they leave, and what boots from it."""

from collections.abc import Iterable
from copy import deepcopy
from dataclasses import dataclass, field

from picotemp_tools.flash.planning.program import Program, folder_name, sha256
from picotemp_tools.flash.planning.snapshot import (
    CURRENT,
    MAIN,
    PREVIOUS,
    TEMPORARY,
    Found,
    Snapshot,
)
from picotemp_tools.flash.planning.steps import (
    Copy,
    MakeFolder,
    Remove,
    Rename,
    Send,
    Step,
    Verify,
)

OUR_OLD_MAIN, OUR_MAIN, FOREIGN_MAIN = b"our old loader", b"our loader", b"blink()"
OUR_MAINS = frozenset({sha256(OUR_OLD_MAIN), sha256(OUR_MAIN)})
PLENTY_BYTES = 868_352

# What runs: a program by its files, a foreign main.py, or nothing.
Running = frozenset[tuple[str, bytes]] | bytes | None


class WrongBytesError(Exception):
    """What the board holds is not what was sent."""


def program_of(files: dict[str, bytes], main: bytes = OUR_MAIN) -> Program:
    return Program("1.2.3", folder_name(files), files, main)


def running(program: Program) -> Running:
    return frozenset(program.files.items())


@dataclass
class ModelBoard:
    """A filesystem on which each step is what the board would make of it."""

    files: dict[str, bytes] = field(default_factory=dict)
    folders: set[str] = field(default_factory=set)

    def put(self, path: str, content: bytes) -> None:
        parts = path.split("/")
        self.folders |= {"/".join(parts[:end]) for end in range(2, len(parts))}
        self.files[path] = content

    def put_program(self, files: dict[str, bytes], folder: str) -> None:
        for path, content in files.items():
            self.put(f"{folder}/{path}", content)

    def snapshot(self, free_bytes: int = PLENTY_BYTES) -> Snapshot:
        return Snapshot(
            free_bytes=free_bytes,
            current=self._line(CURRENT),
            previous=self._line(PREVIOUS),
            main=self._found(MAIN) if MAIN in self.files else None,
            folders={
                folder.removeprefix("/app/"): self._below(folder)
                for folder in self.folders
                if folder.startswith("/app/") and folder.count("/") == 2
            },
            others={
                path: self._found(path)
                for path in self.files
                if path.startswith("/picotemp/") or path == "/microdot.mpy"
            },
            temporary={
                path: self._found(path) for path in TEMPORARY if path in self.files
            },
        )

    def do(self, step: Step) -> None:
        match step:
            case MakeFolder(path):
                assert path.rpartition("/")[0] in self.folders | {""}
                self.folders.add(path)
            case Send(path, content):
                self._write(path, content)
            case Copy(source, path, size_bytes):
                assert len(self.files[source]) == size_bytes
                self._write(path, self.files[source])
            case Verify(sha256s):
                if any(
                    sha256(self.files[p]) != wanted for p, wanted in sha256s.items()
                ):
                    raise WrongBytesError
            case Rename(source, path):
                self.files[path] = self.files.pop(source)
            case Remove(path):
                self.files.pop(path, None)
                self._remove_below(path)

    def do_all(self, steps: Iterable[Step]) -> None:
        for step in steps:
            self.do(step)

    def torn(self, step: Step) -> "list[ModelBoard]":
        """Give what the power cut may leave in the middle of a step."""
        match step:
            case Send() | Copy():
                left = [deepcopy(self), deepcopy(self)]
                whole = deepcopy(self)
                whole.do(step)
                content = whole.files[step.path]
                left[0].files[step.path] = b""
                left[1].files[step.path] = content[: len(content) // 2]
                return left
            case Remove(path):
                left = []
                for file in sorted(self.files):
                    if file.startswith(f"{path}/"):
                        left.append(deepcopy(left[-1] if left else self))
                        del left[-1].files[file]
                return left
        return []

    def boots(self) -> Running:
        main = self.files.get(MAIN)
        if main is None or sha256(main) not in OUR_MAINS:
            return main
        current = self._line(CURRENT)
        program = self._program(f"/app/{current}/") if current is not None else None
        if program:
            return program
        plain = self._program("/picotemp/")
        return frozenset({("plain", b"")} | plain) if plain else None

    def outside(self) -> dict[str, bytes]:
        """Give the files that a plan has no business with."""
        return {
            path: content
            for path, content in self.files.items()
            if not path.startswith("/app/") and path != MAIN
        }

    def _program(self, folder: str) -> frozenset[tuple[str, bytes]]:
        return frozenset(
            (path.removeprefix(folder), content)
            for path, content in self.files.items()
            if path.startswith(folder)
        )

    def _write(self, path: str, content: bytes) -> None:
        assert path.rpartition("/")[0] in self.folders
        assert path not in self.folders
        self.files[path] = content

    def _remove_below(self, path: str) -> None:
        below = f"{path}/"
        self.folders = {
            f for f in self.folders if f != path and f[: len(below)] != below
        }
        self.files = {
            file: content
            for file, content in self.files.items()
            if not file.startswith(below)
        }

    def _below(self, folder: str) -> dict[str, Found]:
        below = f"{folder}/"
        found = {f: self._found(f) for f in self.files if f.startswith(below)}
        found |= {f: Found(None) for f in self.folders if f.startswith(below)}
        return {path.removeprefix(below): file for path, file in found.items()}

    def _found(self, path: str) -> Found:
        return Found(sha256(self.files[path]), len(self.files[path]))

    def _line(self, path: str) -> str | None:
        content = self.files.get(path)
        return None if content is None else content.decode().strip()
