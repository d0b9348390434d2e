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

    def __init__(self, values: dict[str, object]) -> None:
        self.ssid = str(values["ssid"])
        self.password = str(values["password"])
        self.country = str(values["country"])
        self.hostname = str(values["hostname"])
        self.address = str(values["address"])
        self.netmask = str(values["netmask"])
        self.gateway = str(values["gateway"])
        self.name_server = str(values["name_server"])
        self.probe_target = str(values["probe_target"])
        self.port = int(str(values["port"]))
        self.vref_volts = float(str(values["vref_volts"]))
        self.gain = float(str(values["gain"]))
        self.offset_celsius = float(str(values["offset_celsius"]))


def check(mapping: object) -> tuple[Settings | None, list[str]]:
    """Give (settings, problems): what is left out has its default.

    A problem is one line: key, what is expected. Values are never repeated:
    one of them is a secret.
    """
    if not isinstance(mapping, dict):
        return None, ["the settings are not a JSON object"]
    problems = [
        "%s: no such setting (there are: %s)" % (key, ", ".join(sorted(DEFAULTS)))
        for key in mapping
        if key not in DEFAULTS
    ]
    values = DEFAULTS | {key: mapping[key] for key in mapping if key in DEFAULTS}
    for key, is_good, expected in _link_rules(values) + _board_rules(values):
        if not is_good:
            problems.append("%s: expected %s" % (key, expected))
    if problems:
        return None, problems
    return Settings(values), []


def _link_rules(values: dict[str, object]) -> list[tuple[str, bool, str]]:
    is_dhcp = values["address"] == ""
    return [
        ("ssid", _is_text(values["ssid"], 1, 32), "the network's name, 1 to 32 bytes"),
        (
            "password",
            values["password"] == "" or _is_text(values["password"], 8, 63),
            "8 to 63 bytes, or nothing for an open network",
        ),
        ("country", _is_country(values["country"]), "two capital letters, say DE"),
        (
            "address",
            is_dhcp or (_is_ipv4(values["address"]) and values["address"] != NOWHERE),
            "an IPv4 address, or nothing for DHCP",
        ),
        ("netmask", _is_netmask(values["netmask"]), "a netmask, say 255.255.255.0"),
        (
            "gateway",
            _is_ipv4(values["gateway"]) or (is_dhcp and values["gateway"] == ""),
            "an IPv4 address, or nothing where address is nothing",
        ),
        (
            "name_server",
            values["name_server"] == "" or _is_ipv4(values["name_server"]),
            "an IPv4 address, or nothing for the gateway",
        ),
        (
            "probe_target",
            values["probe_target"] == "" or _is_target(values["probe_target"]),
            "an IPv4 address, :port after it unless it is 53, or nothing",
        ),
    ]


def _board_rules(values: dict[str, object]) -> list[tuple[str, bool, str]]:
    return [
        (
            "hostname",
            _is_hostname(values["hostname"]),
            "1 to 32 of a-z, 0-9 and -, with - neither first nor last",
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


def _is_netmask(value: object) -> bool:
    if not _is_ipv4(value):
        return False
    mask = 0
    for part in str(value).split("."):
        mask = mask << 8 | int(part)
    hosts = mask ^ 0xFFFFFFFF
    return mask != 0 and hosts & hosts + 1 == 0


def _is_target(value: object) -> bool:
    if not isinstance(value, str):
        return False
    address, colon, port = value.partition(":")
    is_host = _is_ipv4(address) and address != NOWHERE
    return is_host and (not colon or _is_whole(port, 1, 65535))


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
