"""In: this machine. Out: what it says of its ports, files, programs and user.

Tests have a Host of their own.
"""

import os
import stat
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

SCANS = 3
RIGHTS = stat.S_IRGRP | stat.S_IWGRP


class SerialPort(Protocol):
    """A serial port as pyserial lists it."""

    device: str
    vid: int | None
    pid: int | None
    serial_number: str | None


@dataclass(frozen=True)
class Owner:
    """Who may open a device, besides root."""

    group: str
    has_group_rights: bool


@dataclass(frozen=True)
class User:
    """Who runs this, in which groups now, and in which after the next login."""

    name: str
    groups: frozenset[str]
    groups_after_login: frozenset[str]


def serial_ports() -> Iterable[SerialPort]:
    """List the serial ports of this machine."""
    import serial.tools.list_ports  # type: ignore[import-untyped]

    for tries_left in reversed(range(SCANS)):
        try:
            return list(serial.tools.list_ports.comports())
        except (OSError, TypeError):
            # A device that comes or goes meanwhile trips pyserial.
            if not tries_left:
                raise
    return []


def is_port(path: str) -> bool:
    """Tell whether a port may be at a path; the folder of a drive is none."""
    return os.path.exists(path) and not os.path.isdir(path)


def may_use(device: str) -> bool:
    """Tell whether this user may read and write a device."""
    return os.access(device, os.R_OK | os.W_OK)


def owner_of(device: str) -> Owner:
    """Give the group that really owns a device."""
    import grp  # not on Windows, which has no such rights

    found = os.stat(device)
    try:
        group = grp.getgrgid(found.st_gid).gr_name
    except KeyError:
        group = str(found.st_gid)
    return Owner(group, found.st_mode & RIGHTS == RIGHTS)


def user() -> User:
    """Give the user who runs this."""
    import getpass
    import grp

    name = getpass.getuser()
    groups = {group.gr_gid: group.gr_name for group in grp.getgrall()}
    now = {groups.get(gid, str(gid)) for gid in (*os.getgroups(), os.getgid())}
    later = {group.gr_name for group in grp.getgrall() if name in group.gr_mem}
    return User(name, frozenset(now), frozenset(later | now))


@dataclass(frozen=True)
class Host:
    """The machine that boards are plugged into; /proc, /sys and drives are below root.

    On Linux all is there; on macOS there is no /proc, so nobody is told to be busy.
    """

    root: Path = Path("/")
    serial_ports: Callable[[], Iterable[SerialPort]] = serial_ports
    exists: Callable[[str], bool] = is_port
    may_use: Callable[[str], bool] = may_use
    owner_of: Callable[[str], Owner] = owner_of
    user: Callable[[], User] = user
