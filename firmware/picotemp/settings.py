"""In: /settings.json. Out: the board's settings, or all that is wrong with them.

check() is pure and serves the host too.
"""

import json

# A country has to be named for the radio to use all channels allowed there;
# XX is the part that is allowed everywhere.
DEFAULTS = {
    "ssid": "",
    "password": "",
    "country": "XX",
    "hostname": "picotemp",
    "port": 80,
    "vref_volts": 3.3,
    "gain": 1.0,
    "offset_celsius": 0.0,
}
_HOSTNAME_LETTERS = "abcdefghijklmnopqrstuvwxyz0123456789-"


class Settings:
    """What the owner of a board may choose."""

    def __init__(self, values: dict[str, object]) -> None:
        self.ssid = str(values["ssid"])
        self.password = str(values["password"])
        self.country = str(values["country"])
        self.hostname = str(values["hostname"])
        self.port = int(str(values["port"]))
        self.vref_volts = float(str(values["vref_volts"]))
        self.gain = float(str(values["gain"]))
        self.offset_celsius = float(str(values["offset_celsius"]))


def load(path: str) -> tuple[Settings | None, list[str]]:
    """Give (settings, problems) of a file: with problems the settings are None."""
    try:
        with open(path) as file:
            mapping = json.load(file)
    except OSError:
        return None, ["%s is missing" % path]
    except ValueError:
        # The text of the error could show part of the file, so of the password.
        return None, ["%s is not JSON" % path]
    return check(mapping)


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
    for key, is_good, expected in _rules(values):
        if not is_good:
            problems.append("%s: expected %s" % (key, expected))
    if problems:
        return None, problems
    return Settings(values), []


def _rules(values: dict[str, object]) -> list[tuple[str, bool, str]]:
    return [
        ("ssid", _is_text(values["ssid"], 1, 32), "the network's name, 1 to 32 bytes"),
        (
            "password",
            values["password"] == "" or _is_text(values["password"], 8, 63),
            "8 to 63 bytes, or nothing for an open network",
        ),
        ("country", _is_country(values["country"]), "two capital letters, say DE"),
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


def _is_port(value: object) -> bool:
    if isinstance(value, bool) or not isinstance(value, int):
        return False
    return 1 <= value <= 65535


def _is_number(value: object, least: float, most: float) -> bool:
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        return False
    return least <= value <= most
