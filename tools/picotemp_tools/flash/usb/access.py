"""In: a serial port. Out: who or what stands in the way of using it, and the remedy."""

import os
from dataclasses import dataclass
from pathlib import Path

from .host import Host

UDEV_RULE = 'SUBSYSTEM=="tty", ATTRS{idVendor}=="2e8a", MODE="0660", TAG+="uaccess"'
UDEV_FILE = "/etc/udev/rules.d/60-pico.rules"


@dataclass(frozen=True)
class Holder:
    """A program that has a device open."""

    pid: int
    name: str


def refusal(port: str, host: Host) -> str | None:
    """Give the way to the right to use a port; None where one has it."""
    if host.may_use(port):
        return None
    try:
        owner, user = host.owner_of(port), host.user()
    except FileNotFoundError:
        return None  # it has just gone
    if owner.group == "root" or not owner.has_group_rights:
        return (
            f"root alone may open {port}: write {UDEV_RULE} into {UDEV_FILE}, "
            "then plug the board in again"
        )
    if owner.group in user.groups:
        return f"{port} cannot be opened, though {user.name} is in group {owner.group}"
    login = "log out and in again"
    if owner.group in user.groups_after_login:
        return f"{user.name} is in group {owner.group} since the last login: {login}"
    join = f"sudo usermod -aG {owner.group} {user.name}"
    text = f"group {owner.group} may open {port}, {user.name} is not in it"
    return f"{text}: {join}; then {login}"


def holder(port: str, root: Path) -> Holder | None:
    """Give another program that has the port open, as far as /proc shows it."""
    device = os.path.realpath(port)
    for process in sorted((root / "proc").glob("[0-9]*")):
        opened = _opened(process)
        # Whoever has a terminal's other end open, too, is the emulated board itself.
        is_far_end = device.startswith("/dev/pts/") and "/dev/ptmx" in opened
        if device in opened and not is_far_end and int(process.name) != os.getpid():
            return Holder(int(process.name), _name(process))
    return None


def _opened(process: Path) -> set[str]:
    opened = set()
    try:
        for file in (process / "fd").iterdir():
            opened.add(os.readlink(file).replace("/dev/pts/ptmx", "/dev/ptmx"))
    except OSError:
        pass  # it has ended, or is another user's
    return opened


def _name(process: Path) -> str:
    try:
        return (process / "comm").read_text().strip()
    except OSError:
        return "a program"
