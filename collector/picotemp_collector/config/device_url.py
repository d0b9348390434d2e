"""In: the URL of a device, as a person wrote it. Out: it, checked, and fit to show."""

import ipaddress
import re

from yarl import URL

from picotemp_collector.config.shapes import DeviceUrl
from picotemp_collector.config.values import UnacceptableError

SCHEMES = ("http", "https")
NAMELESS_PORT = 80
EXPECTED = "a URL such as http://picotemp.local or http://10.0.0.7:8080/path"
HIDDEN = "***"
# A name in any script, an IPv4 address, or an IPv6 one with its interface.
HOST = re.compile(r"[\w.-]+|[0-9a-f:.]+(%\w+)?")


def device_url(value: object) -> DeviceUrl:
    """Give a checked URL; without a scheme it is http, a path and a query are kept.

    Raises UnacceptableError, whose text never holds the URL: it may hold a password.
    """
    if not isinstance(value, str):
        raise UnacceptableError(EXPECTED)
    url = parse_url(value.strip(), EXPECTED)
    return DeviceUrl(full=str(url), shown=_shown(url), name=_name(url))


def parse_url(text: str, expected: str) -> URL:
    """Give the URL without its fragment; raises UnacceptableError with what to say."""
    if "://" not in text:
        if "@" in text:
            raise UnacceptableError("http:// written out before a user and password")
        text = f"http://{text}"
    if any(letter.isspace() or not letter.isprintable() for letter in text):
        raise UnacceptableError(f"{expected}, without spaces")
    try:
        url = URL(text).with_fragment(None)
    except ValueError:
        raise UnacceptableError(expected) from None
    if url.scheme not in SCHEMES:
        raise UnacceptableError(f"{expected}; the schemes are http and https")
    if not url.host or not url.port or not HOST.fullmatch(url.host):
        raise UnacceptableError(expected)
    _refuse_short_addresses(url.host)
    return url.with_path("/", keep_query=True) if url.path == "/" else url


def _refuse_short_addresses(host: str) -> None:
    # 127.1 and 2130706433 mean an address to some programs and a name to others.
    if all(letter.isdigit() or letter == "." for letter in host):
        try:
            ipaddress.IPv4Address(host)
        except ValueError:
            raise UnacceptableError(
                "an IPv4 address of four numbers from 0 to 255"
            ) from None


def _shown(url: URL) -> str:
    # A query may hold a token, and both halves of the userinfo a secret.
    shown = url.with_user(None).with_query(None)
    text = shown.human_repr()
    if url.user is not None or url.password is not None:
        text = text.replace("://", f"://{HIDDEN}@", 1)
    return f"{text}?{HIDDEN}" if url.query_string else text


def _name(url: URL) -> str:
    host = url.host or ""
    if ":" in host:
        host = f"[{host}]"
    return host if url.port == NAMELESS_PORT else f"{host}:{url.port}"
