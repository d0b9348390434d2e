"""In: a device's URL. Out: whom to connect to and what to send, made once."""

from attrs import define, frozen
from yarl import URL

from picotemp import __version__
from picotemp_collector.devices.address import parse_address
from picotemp_collector.devices.endpoint import Endpoint, endpoint_of

READING_MOST_BYTES = 4096
# /info is to carry the last lines of the board's log.
INFO_MOST_BYTES = 16384
HEADERS = {
    "Accept": "application/json",
    "Accept-Encoding": "identity",
    "Connection": "close",
    "User-Agent": f"picotemp-collector/{__version__}",
}


@frozen
class Question:
    """One request: its URL, its bytes, and the longest body that is an answer."""

    url: URL
    request: bytes
    most_bytes: int


@define(eq=False)
class Target:
    """A device as the clients see it; `is_plain` until it turns out not to be."""

    host: str
    port: int
    # None for a name, and for an address that hangs on an interface.
    endpoint: Endpoint | None
    is_plain: bool
    reading: Question
    info: Question


def target_of(url_text: str) -> Target:
    """Give the target of a device's checked URL."""
    url = URL(url_text)
    host, port = url.raw_host or "", url.port or 0
    return Target(
        host=host,
        port=port,
        endpoint=_endpoint(host, port),
        is_plain=url.scheme == "http" and "@" not in url.raw_authority,
        reading=Question(url, _request(url), READING_MOST_BYTES),
        info=Question(info_url(url), _request(info_url(url)), INFO_MOST_BYTES),
    )


def info_url(url: URL) -> URL:
    """Give the URL of a device's /info, below the path of its reading."""
    return url.with_query(None).with_fragment(None) / "info"


def _request(url: URL) -> bytes:
    fields = {"Host": url.host_port_subcomponent, **HEADERS}
    lines = "".join(f"{name}: {value}\r\n" for name, value in fields.items())
    return f"GET {url.raw_path_qs} HTTP/1.1\r\n{lines}\r\n".encode()


def _endpoint(host: str, port: int) -> Endpoint | None:
    address = parse_address(host)
    return None if address is None or "%" in host else endpoint_of(address, port)
