"""In: the URL at which others find this collector. Out: it, checked."""

from yarl import URL

from picotemp_collector.config.device_url import parse_url
from picotemp_collector.config.values import UnacceptableError

EXPECTED = "a URL such as https://picotemp.example/collector"


def external_url(value: object) -> URL | None:
    """Give a URL that may be told to everyone; an empty text is none."""
    if not isinstance(value, str):
        raise UnacceptableError(EXPECTED)
    if not value.strip():
        return None
    if "@" in value or "?" in value or "#" in value:
        raise UnacceptableError(f"{EXPECTED}, without a user, a query or a fragment")
    return parse_url(value.strip(), EXPECTED)
