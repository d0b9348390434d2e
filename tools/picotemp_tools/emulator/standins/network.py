"""In: the access point's answers. Out: what MicroPython's network is on a Pico W."""

from .tether import Tether as _Tether

STA_IF = 0
AP_IF = 1
STAT_IDLE = 0
STAT_CONNECTING = 1
STAT_GOT_IP = 3
STAT_CONNECT_FAIL = -1
STAT_NO_AP_FOUND = -2
STAT_WRONG_PASSWORD = -3

_MOST_HOSTNAME_LETTERS = 32

_PM_PERFORMANCE = 10555714


class _Radio:
    """The one radio there is, however many WLAN objects a program makes."""

    def __init__(self) -> None:
        self.is_active = False
        # Counts what was asked of the access point; its answers carry the count,
        # so an answer to an older question is never taken for the newest.
        self.asked = 0
        self.status_until_answer = STAT_IDLE
        self.power_mode = _PM_PERFORMANCE
        self.static: tuple[str, ...] | None = None


_tether: _Tether
_radio = _Radio()
_names = {"hostname": "PicoW", "country": "XX"}


def _plug(tether: _Tether) -> None:
    """Connect the radio to its emulator (not part of the board's network)."""
    global _tether  # noqa: PLW0603 a module is the only place a radio can live in
    _tether = tether


def _has_link() -> bool:
    """Tell whether packets can be sent (not part of the board's network)."""
    return WLAN().isconnected()


def hostname(*name: str) -> str | None:
    """Give the name, or set it: it counts at the next active(True)."""
    if name and len(name[0]) > _MOST_HOSTNAME_LETTERS:
        raise ValueError("hostname too long")
    return _name("hostname", name)


def country(*code: str) -> str | None:
    """Give the country, or set it: it counts at the next active(True)."""
    if code and len(code[0]) != 2:
        raise ValueError
    return _name("country", code)


class WLAN:
    """The radio as a station."""

    IF_STA = 0
    IF_AP = 1
    PM_NONE = 16
    PM_PERFORMANCE = _PM_PERFORMANCE
    PM_POWERSAVE = 17

    def __init__(self, interface_id: int = STA_IF) -> None:
        if interface_id != STA_IF:
            raise ValueError("the emulated radio has no access point of its own")

    def active(self, *is_active: object) -> bool | None:
        """Tell whether the radio is on, or switch it."""
        if not is_active:
            return _radio.is_active
        if _radio.is_active != bool(is_active[0]):
            # The driver makes its interface anew, and that begins with DHCP.
            self._set_static(None)
        _radio.is_active = bool(is_active[0])
        if _radio.is_active:
            _radio.power_mode = _PM_PERFORMANCE
            _tether.tell("radio", _names["hostname"], _names["country"])
        else:
            self.disconnect()
        return None

    def deinit(self) -> None:
        """Take its power: the interface is made anew at the next active(True)."""
        self.active(False)

    def connect(
        self,
        ssid: str | None = None,
        password: str | None = None,
        *,
        bssid: bytes | None = None,
    ) -> None:
        """Begin to join a network."""
        if not _radio.is_active:
            raise OSError(1)
        self._ask(STAT_CONNECTING, "join", ssid, password)

    def disconnect(self) -> None:
        """Leave it."""
        self._ask(STAT_IDLE, "leave")

    def isconnected(self) -> bool:
        """Tell whether there is an address."""
        return self.status() == STAT_GOT_IP

    def status(self, *param: str) -> int:
        """Give the state of the link, or the signal's strength ('rssi')."""
        if param:
            if param[0] != "rssi":
                raise ValueError("unknown status param")
            return _tether.whole("rssi_dbm")
        if _tether.whole("wifi_answered") < _radio.asked:
            return _radio.status_until_answer
        return _tether.whole("wifi_status")

    def ifconfig(self, *ip_mask_gateway_dns: tuple[str, ...]) -> tuple[str, ...] | None:
        """Give address, mask, gateway, name server, or set them."""
        if ip_mask_gateway_dns:
            self._set_static(ip_mask_gateway_dns[0])
            return None
        if _radio.static:
            return _radio.static
        if self.status() != STAT_GOT_IP:
            return ("0.0.0.0", "0.0.0.0", "0.0.0.0", "0.0.0.0")  # noqa: S104
        return tuple(_tether.text("addresses").split(" "))

    def config(self, *param: str, **settings: object) -> object:
        """Give one setting, or set some."""
        if param:
            return self._setting(param[0])
        for name in settings:
            if name != "pm":
                raise ValueError("unknown config param")
            if not _radio.is_active:
                raise OSError(1)
            _radio.power_mode = settings[name]  # type: ignore[assignment]
        return None

    def _set_static(self, addresses: tuple[str, ...] | None) -> None:
        _radio.static = addresses
        _tether.tell("static", addresses is not None)

    def _setting(self, name: str) -> object:
        if name == "mac":
            return _tether.data("mac")
        if name == "pm":
            return _radio.power_mode
        if name == "hostname":
            return _names["hostname"]
        raise ValueError("unknown config param")

    def _ask(self, status_until_answer: int, *question: object) -> None:
        _radio.asked += 1
        _radio.status_until_answer = status_until_answer
        _tether.tell(question[0], _radio.asked, *question[1:])


def _name(key: str, name: tuple[str, ...]) -> str | None:
    if not name:
        return _names[key]
    _names[key] = name[0]
    return None
