"""In: a folder, what is plugged in. Out: a host with these ports, drives, programs."""

from dataclasses import dataclass, field
from pathlib import Path

from picotemp_tools.flash.usb.host import Host, Owner, User

PICO = 0x2E8A
REPL, BOOTSEL_RP2040, BOOTSEL_RP2350, DEBUG_PROBE = 0x0005, 0x0003, 0x000F, 0x000C


@dataclass
class FakePort:
    """A serial port as pyserial would list it."""

    device: str
    vid: int | None = PICO
    pid: int | None = REPL
    serial_number: str | None = None


@dataclass
class FakeHost:
    """What a test plugs in; host() is what the code sees of it."""

    root: Path
    ports: list[FakePort] = field(default_factory=list)
    locked: set[str] = field(default_factory=set)
    owner: Owner = field(default_factory=lambda: Owner("uucp", True))
    user: User = field(
        default_factory=lambda: User("ada", frozenset({"ada"}), frozenset({"ada"}))
    )

    def host(self) -> Host:
        return Host(
            root=self.root,
            serial_ports=lambda: list(self.ports),
            exists=lambda path: path in {port.device for port in self.ports},
            may_use=lambda path: path not in self.locked,
            owner_of=lambda _: self.owner,
            user=lambda: self.user,
        )

    def runs(self, pid: int, name: str, *opened: str) -> None:
        """Have a program run that has these devices open."""
        files = self.root / "proc" / str(pid) / "fd"
        files.mkdir(parents=True)
        (files.parent / "comm").write_text(f"{name}\n")
        for number, device in enumerate(opened):
            (files / str(number)).symlink_to(device)

    def has_drive(self, folder: str, info: str | None) -> Path:
        """Have a drive at a folder below the root."""
        drive = self.root / folder
        drive.mkdir(parents=True)
        if info is not None:
            (drive / "INFO_UF2.TXT").write_text(info)
        return drive

    def mounts(self, *lines: str) -> None:
        """Have the kernel tell these mounts."""
        (self.root / "proc").mkdir(exist_ok=True)
        (self.root / "proc/mounts").write_text("".join(f"{line}\n" for line in lines))

    def has_usb(self, name: str, product: int, serial_number: str | None) -> None:
        """Have a USB device that the kernel tells."""
        folder = self.root / "sys/bus/usb/devices" / name
        folder.mkdir(parents=True)
        (folder / "idVendor").write_text("2e8a\n")
        (folder / "idProduct").write_text(f"{product:04x}\n")
        if serial_number:
            (folder / "serial").write_text(f"{serial_number}\n")
