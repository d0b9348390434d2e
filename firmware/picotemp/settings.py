"""In: /settings.json. Out: the board's settings, or all that is wrong with them.

check() is pure and serves the host too.
"""

# A country has to be named for the radio to use all channels allowed there;
# XX is the part that is allowed everywhere.
DEFAULTS = {
    "ssid": "",
    "password": "",
    "country": "XX",
    "hostname": "picotemp",
    # An address of one's own instead of DHCP's; the next three count only with it.
    "address": "",
    "netmask": "255.255.255.0",
    "gateway": "",
    # Nothing: the gateway is it.
    "name_server": "",
    # One more host to ask whether the link is alive.
    "probe_target": "",
    "port": 80,
    "vref_volts": 3.3,
    "gain": 1.0,
    "offset_celsius": 0.0,
}
NOWHERE = "0.0.0.0"  # noqa: S104 the address that is none
_HOSTNAME_LETTERS = "abcdefghijklmnopqrstuvwxyz0123456789-"


class Settings:
    """What the owner of a board may choose."""

    ssid: str
    password: str
    country: str
    hostname: str
    address: str
    netmask: str
    gateway: str
    name_server: str
    probe_target: str
    port: int
    vref_volts: float
    gain: float
    offset_celsius: float

    def __init__(self, values: dict[str, object]) -> None:
        for key, default in DEFAULTS.items():
            setattr(self, key, type(default)(values[key]))  # type: ignore[call-arg]

    def addresses(self) -> tuple[str, str, str, str]:
        """Give address, netmask, gateway, name server: with an address of its own."""
        name_server = self.name_server or self.gateway
        return self.address, self.netmask, self.gateway, name_server


def check(mapping: object) -> tuple[Settings | None, list[str]]:
    """Give (settings, problems): what is left out has its default.

    A problem is one line: key, what is expected. Nothing of the file is repeated: the
    password is in it, and where the file is spoilt, at any place (MicroPython reads
    `{"ssid": , "password": "x"}` as ssid "password" and a key "x").
    """
    if not isinstance(mapping, dict):
        return None, ["the settings are not a JSON object"]
    problems = []
    unknown = sum([key not in DEFAULTS for key in mapping])
    if unknown:
        there_are = ", ".join(sorted(DEFAULTS))
        problems.append("unknown settings: %d (there are: %s)" % (unknown, there_are))
    values = DEFAULTS | {key: mapping[key] for key in mapping if key in DEFAULTS}
    for key, is_good, expected in _link_rules(values) + _board_rules(values):
        if not is_good:
            problems.append("%s: expected %s" % (key, expected))
    if problems:
        return None, problems
    return Settings(values), []


def _link_rules(values: dict[str, object]) -> list[tuple[str, bool, str]]:
    address, netmask, gateway = values["address"], values["netmask"], values["gateway"]
    is_dhcp = address == ""
    return [
        ("ssid", _is_text(values["ssid"], 1, 32), "the network's name, 1 to 32 bytes"),
        (
            "password",
            values["password"] == "" or _is_text(values["password"], 8, 63),
            "8 to 63 bytes, or nothing (open)",
        ),
        ("country", _is_country(values["country"]), "two capital letters, say DE"),
        (
            "address",
            is_dhcp or _is_host(address),
            "an IPv4 address, or nothing (DHCP)",
        ),
        ("netmask", _is_netmask(netmask), "a netmask, say 255.255.255.0"),
        (
            "gateway",
            gateway == "" or _is_ipv4(gateway)
            if is_dhcp
            else _is_beside(gateway, address, netmask),
            "another IPv4 address of that network",
        ),
        (
            "name_server",
            values["name_server"] == "" or _is_ipv4(values["name_server"]),
            "an IPv4 address, or nothing",
        ),
        (
            "probe_target",
            values["probe_target"] == "" or _is_target(values["probe_target"]),
            "an IPv4 address, maybe with :port, or nothing",
        ),
    ]


def _board_rules(values: dict[str, object]) -> list[tuple[str, bool, str]]:
    return [
        (
            "hostname",
            _is_hostname(values["hostname"]),
            "1 to 32 of a-z, 0-9, and - inside",
        ),
        ("port", _is_port(values["port"]), "a whole number from 1 to 65535"),
        (
            "vref_volts",
            _is_number(values["vref_volts"], 3.0, 3.6),
            "a number from 3.0 to 3.6",
        ),
        ("gain", _is_number(values["gain"], 0.5, 2.0), "a number from 0.5 to 2.0"),
        (
            "offset_celsius",
            _is_number(values["offset_celsius"], -40.0, 40.0),
            "a number from -40 to 40",
        ),
    ]


def _is_text(value: object, least_bytes: int, most_bytes: int) -> bool:
    if not isinstance(value, str):
        return False
    try:
        return least_bytes <= len(value.encode()) <= most_bytes
    except UnicodeError:
        return False


def _is_country(value: object) -> bool:
    if not isinstance(value, str) or len(value) != 2:
        return False
    return all("A" <= letter <= "Z" for letter in value)


def _is_hostname(value: object) -> bool:
    if not isinstance(value, str) or not 1 <= len(value) <= 32:
        return False
    if value[0] == "-" or value[-1] == "-":
        return False
    return all(letter in _HOSTNAME_LETTERS for letter in value)


def _is_ipv4(value: object) -> bool:
    if not isinstance(value, str):
        return False
    parts = value.split(".")
    return len(parts) == 4 and all(_is_whole(part, 0, 255) for part in parts)


def _is_host(value: object) -> bool:
    # Neither "this network", nor the host itself, nor many hosts at once.
    return (
        _is_ipv4(value)
        and _bits(value) >> 24 not in (0, 127)
        and _bits(value) < 0xE0000000
    )


def _is_netmask(value: object) -> bool:
    if not _is_ipv4(value):
        return False
    hosts = _bits(value) ^ 0xFFFFFFFF
    return 1 < hosts < 0xFFFFFFFF and hosts & hosts + 1 == 0


def _is_beside(gateway: object, address: object, netmask: object) -> bool:
    if not _is_host(gateway):
        return False
    if not _is_host(address) or not _is_netmask(netmask):
        return True  # that is told by itself
    differ = _bits(gateway) ^ _bits(address)
    return differ != 0 and differ & _bits(netmask) == 0


def _bits(address: object) -> int:
    bits = 0
    for part in str(address).split("."):
        bits = bits << 8 | int(part)
    return bits


def _is_target(value: object) -> bool:
    if not isinstance(value, str):
        return False
    address, colon, port = value.partition(":")
    return _is_host(address) and (not colon or _is_whole(port, 1, 65535))


def _is_whole(text: str, least: int, most: int) -> bool:
    # Nothing but plain digits; and no zeros before them: for some 010 is eight.
    if not 1 <= len(text) <= 5 or not all("0" <= letter <= "9" for letter in text):
        return False
    return text == str(int(text)) and least <= int(text) <= most


def _is_port(value: object) -> bool:
    if isinstance(value, bool) or not isinstance(value, int):
        return False
    return 1 <= value <= 65535


def _is_number(value: object, least: float, most: float) -> bool:
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        return False
    return least <= value <= most
