"""In: mounted drives, USB devices. Out: the boards among them that wait for a UF2."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from .host import Host

VENDOR = 0x2E8A
BOOTLOADERS = {0x0003: "RP2040", 0x000F: "RP2350"}
BOARD_IDS = {"RPI-RP2": "RP2040", "RP2350": "RP2350"}
USB_DEVICES = "sys/bus/usb/devices"
INFO_FILE = "INFO_UF2.TXT"
MOST_INFO_BYTES = 4096
# No other is asked: a dead network drive would not answer for minutes.
FILESYSTEMS = ("vfat", "msdos")


@dataclass(frozen=True)
class Waiting:
    """A chip in bootloader mode, and its drive where that is mounted."""

    chip: str
    drive: Path | None
    serial_number: str | None = None


def waiting(host: Host) -> list[Waiting]:
    """List the chips that wait in bootloader mode."""
    mounted = [*_drives(host.root)]
    hidden = [*_usb_devices(host)]
    # A drive stays mounted when its board is unplugged, and says what it said.
    are_known = (host.root / USB_DEVICES).is_dir()
    found = []
    for drive in mounted:
        # No drive tells which device it is; the count of each chip is right.
        same = [device for device in hidden if device.chip == drive.chip]
        if same:
            hidden.remove(same[0])
        if same or not are_known:
            found.append(drive)
    return [*found, *hidden]


def mount_remedy(chip: str | None) -> str:
    """Tell how to mount the drive of a chip's bootloader."""
    labels = [label for label, named in BOARD_IDS.items() if named == chip]
    label = labels[0] if labels else "LABEL"
    return (
        f"the board ({chip}) is in bootloader mode, its drive is not mounted: open "
        f"it in the file manager, or udisksctl mount -b /dev/disk/by-label/{label}"
    )


def chip_of(info: str) -> str | None:
    """Give the chip that a drive's INFO_UF2.TXT names; None for another bootloader."""
    for line in info.splitlines():
        key, _, value = line.partition(":")
        if key.strip() == "Board-ID":
            return BOARD_IDS.get(value.strip())
    return None


def _drives(root: Path) -> Iterator[Waiting]:
    for folder in _mount_points(root):
        try:
            with (folder / INFO_FILE).open(errors="replace") as file:
                chip = chip_of(file.read(MOST_INFO_BYTES))
        except OSError:
            continue
        if chip:
            yield Waiting(chip, folder)


def _mount_points(root: Path) -> list[Path]:
    try:
        mounts = (root / "proc/mounts").read_text(errors="replace").splitlines()
    except OSError:
        patterns = ("Volumes/*", "media/*", "media/*/*", "run/media/*/*")
        return [path for pattern in patterns for path in sorted(root.glob(pattern))]
    fields = [line.split(" ") for line in mounts]
    names = [entry[1] for entry in fields if len(entry) > 2 and entry[2] in FILESYSTEMS]
    return [root / _unescaped(name).lstrip("/") for name in names]


def _unescaped(name: str) -> str:
    for escape, letter in ((r"\040", " "), (r"\011", "\t"), (r"\134", "\\")):
        name = name.replace(escape, letter)
    return name


def _usb_devices(host: Host) -> Iterator[Waiting]:
    folders = sorted((host.root / USB_DEVICES).glob("*"))
    for port in () if folders else host.serial_ports():
        if port.vid == VENDOR and port.pid in BOOTLOADERS:
            yield Waiting(BOOTLOADERS[port.pid], None, port.serial_number)
    for folder in folders:
        vendor, product = _hex(folder / "idVendor"), _hex(folder / "idProduct")
        if vendor == VENDOR and product in BOOTLOADERS:
            yield Waiting(BOOTLOADERS[product], None, _text(folder / "serial"))


def _hex(path: Path) -> int:
    try:
        return int(_text(path) or "0", 16)
    except ValueError:
        return 0


def _text(path: Path) -> str | None:
    try:
        return path.read_text(errors="replace").strip() or None
    except OSError:
        return None
