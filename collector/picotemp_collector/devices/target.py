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


# What all requests end with.
COMMON_FIELDS = "".join(f"{name}: {value}\r\n" for name, value in HEADERS.items())
REQUEST_END = f"{COMMON_FIELDS}\r\n".encode()


@frozen
class Question:
    """One request: its URL, its first lines, and the longest body that is an answer.

    There is one for every device of a fleet: what can be made again is not kept.
    """

    url_text: str
    first_lines: bytes
    most_bytes: int

    @property
    def url(self) -> URL:
        """Give where the answer is."""
        return URL(self.url_text)

    @property
    def request(self) -> bytes:
        """Give the bytes to send."""
        return self.first_lines + REQUEST_END


@define(eq=False)
class Target:
    """A device as the clients see it; `is_plain` until it turns out not to be."""

    host: str
    port: int
    # None for a name, and for an address that hangs on an interface.
    endpoint: Endpoint | None
    is_plain: bool
    reading: Question

    @property
    def info(self) -> Question:
        """Give the request for what the device tells of itself."""
        url = info_url(self.reading.url)
        return Question(str(url), _first_lines(url), INFO_MOST_BYTES)


def target_of(url_text: str) -> Target:
    """Give the target of a device's checked URL."""
    url = URL(url_text)
    host, port = url.raw_host or "", url.port or 0
    return Target(
        host=host,
        port=port,
        endpoint=_endpoint(host, port),
        is_plain=url.scheme == "http" and "@" not in url.raw_authority,
        reading=Question(url_text, _first_lines(url), READING_MOST_BYTES),
    )


def info_url(url: URL) -> URL:
    """Give the URL of a device's /info, below the path of its reading."""
    return url.with_query(None).with_fragment(None) / "info"


def _first_lines(url: URL) -> bytes:
    host = url.host_port_subcomponent
    return f"GET {url.raw_path_qs} HTTP/1.1\r\nHost: {host}\r\n".encode()


def _endpoint(host: str, port: int) -> Endpoint | None:
    address = parse_address(host)
    return None if address is None or "%" in host else endpoint_of(address, port)
