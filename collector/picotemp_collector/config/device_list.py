"""In: the text of PICO_SERVER_URL or of --device. Out: raw entries of devices."""

from picotemp_collector.config.items import split
from picotemp_collector.config.values import Text

# What cannot stand in a name: before it, an equals sign belongs to the URL.
PARTS_OF_A_URL = ("://", "/", "?", "#", "@", "[")


def split_list(text: str) -> list[dict[str, object]]:
    """Give an entry for each item between commas; empty items are left out."""
    return [split_item(item) for item in split(text)]


def split_item(text: Text) -> dict[str, object]:
    """Give the entry of NAME=URL or URL."""
    # What is secret as a whole is secret in parts.
    kind = type(text)
    name, equals, url = text.partition("=")
    if not equals or any(part in name for part in PARTS_OF_A_URL):
        return {"url": kind(text.strip())}
    return {"name": kind(name.strip()), "url": kind(url.strip())}
