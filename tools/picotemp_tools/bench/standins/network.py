"""In: nothing. Out: of MicroPython's network what the firmware uses: always joined."""

STA_IF = 0


def hostname(*name: str) -> None:
    """Take the name."""


def country(*code: str) -> None:
    """Take the country."""


class WLAN:
    """A station that is up."""

    PM_NONE = 16

    def __init__(self, interface_id: int = STA_IF) -> None:
        pass

    def active(self, *is_active: object) -> bool:
        """Take it."""
        return True

    def config(self, **settings: object) -> None:
        """Take them."""

    def connect(self, *words: object) -> None:
        """Join: that is done already."""

    def disconnect(self) -> None:
        """Leave; it stays."""

    def isconnected(self) -> bool:
        """Tell that there is an address."""
        return True

    def status(self, *param: str) -> int:
        """Give the state of the link, or the signal's strength ('rssi')."""
        return -52 if param else 3

    def ifconfig(self, *addresses: object) -> tuple[str, str, str, str]:
        """Give address, mask, gateway, name server."""
        return ("127.0.0.1", "255.0.0.0", "127.0.0.1", "127.0.0.1")
