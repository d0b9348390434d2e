"""In: a unit of systemd, a command. Out: the command, without the calls it is denied.

    python -m collector.deploy.sandboxed UNIT COMMAND...

What of a unit's sandbox a program in Python could trip over, without systemd and
without root: SystemCallFilter (the groups as systemd-analyze lists them), and
RestrictAddressFamilies and MemoryDenyWriteExecute by the same library as systemd's.
NoNewPrivileges comes with it.
"""

import ctypes
import errno
import mmap
import os
import socket
import subprocess
import sys
from pathlib import Path

from collector.deploy.unit_file import Settings, read_unit

LIBRARY = "libseccomp.so.2"
ALLOW = 0x7FFF0000
EQUAL, GREATER, MASKED_EQUAL = 4, 6, 7
FAMILIES = 64
WRITE_AND_EXECUTE = mmap.PROT_WRITE | mmap.PROT_EXEC
SHM_EXEC = 0o100000
# Call, number of its argument, the bits that must not be set together.
EXECUTABLE = (
    ("mmap", 2, WRITE_AND_EXECUTE),
    ("mprotect", 2, mmap.PROT_EXEC),
    ("pkey_mprotect", 2, mmap.PROT_EXEC),
    ("shmat", 2, SHM_EXEC),
)


class Comparison(ctypes.Structure):
    """struct scmp_arg_cmp."""

    _fields_ = (
        ("argument", ctypes.c_uint),
        ("operator", ctypes.c_int),
        ("a", ctypes.c_uint64),
        ("b", ctypes.c_uint64),
    )


class Filter:
    """A filter of libseccomp; each that is loaded denies more."""

    def __init__(self, otherwise: int) -> None:
        self._library = ctypes.CDLL(LIBRARY)
        self._library.seccomp_init.restype = ctypes.c_void_p
        self._context = ctypes.c_void_p(self._library.seccomp_init(otherwise))

    def add(self, action: int, call: str, *comparisons: Comparison) -> None:
        number = self._library.seccomp_syscall_resolve_name(call.encode())
        if number < 0:  # another processor's, or too new for this library
            return
        array = (Comparison * len(comparisons))(*comparisons)
        error = self._library.seccomp_rule_add_array(
            self._context, action, number, len(comparisons), array
        )
        assert error == 0, (call, error)

    def load(self) -> None:
        error = self._library.seccomp_load(self._context)
        assert error == 0, error


def denial(number: int) -> int:
    """Give the action that fails a call with this errno."""
    return 0x00050000 | number


def calls_of(words: str) -> set[str]:
    """Give the calls of groups and single ones, as systemd-analyze knows them."""
    calls: set[str] = set()
    for word in words.split():
        if not word.startswith("@"):
            calls.add(word)
            continue
        command = ["systemd-analyze", "syscall-filter", "--no-pager", word]
        listed = subprocess.run(command, capture_output=True, text=True, check=True)
        lines = [line.strip() for line in listed.stdout.splitlines()[1:]]
        calls |= calls_of(" ".join(line for line in lines if line[:1] != "#"))
    return calls


def deny_calls(service: Settings) -> None:
    allowed = calls_of("@default")
    for words in service["SystemCallFilter"]:
        if words.startswith("~"):
            allowed -= calls_of(words[1:])
        else:
            allowed |= calls_of(words)
    number = getattr(errno, service["SystemCallErrorNumber"][0])
    chosen = Filter(denial(number))
    for call in sorted(allowed):
        chosen.add(ALLOW, call)
    chosen.load()


def deny_families(service: Settings) -> None:
    words = service["RestrictAddressFamilies"][0].split()
    allowed = {int(getattr(socket, word)) for word in words}
    chosen, action = Filter(ALLOW), denial(errno.EAFNOSUPPORT)
    for family in set(range(FAMILIES)) - allowed:
        chosen.add(action, "socket", Comparison(0, EQUAL, family, 0))
    chosen.add(action, "socket", Comparison(0, GREATER, FAMILIES - 1, 0))
    chosen.load()


def deny_executable_memory() -> None:
    chosen = Filter(ALLOW)
    for call, argument, bits in EXECUTABLE:
        comparison = Comparison(argument, MASKED_EQUAL, bits, bits)
        chosen.add(denial(errno.EPERM), call, comparison)
    chosen.load()


def can_be_had() -> bool:
    """Tell whether this machine has what it takes."""
    try:
        ctypes.CDLL(LIBRARY)
    except OSError:
        return False
    return True


def command(unit: Path, *words: str) -> tuple[str, ...]:
    """Give the command that runs another in a unit's sandbox."""
    return (sys.executable, "-m", "collector.deploy.sandboxed", str(unit), *words)


def main() -> None:
    service = read_unit(Path(sys.argv[1]))["Service"]
    # The widest last: it denies the others' own calls.
    if service["MemoryDenyWriteExecute"] == ["yes"]:
        deny_executable_memory()
    deny_families(service)
    deny_calls(service)
    os.execv(sys.argv[2], sys.argv[2:])  # noqa: S606 there is no shell


if __name__ == "__main__":
    main()
