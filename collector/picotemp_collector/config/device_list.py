"""In: the text of PICO_SERVER_URL or of --device. Out: raw entries of devices."""

from picotemp_collector.config.values import Text

# What cannot stand in a name: before it, an equals sign belongs to the URL.
PARTS_OF_A_URL = ("://", "/", "?", "#", "@", "[")


def split_list(text: str) -> list[dict[str, object]]:
    """Give an entry for each item between commas; empty items are left out."""
    items = (item.strip() for item in text.split(","))
    return [split_item(item) for item in items if item]


def split_item(text: str) -> dict[str, object]:
    """Give the entry of NAME=URL or URL."""
    name, equals, url = text.partition("=")
    if not equals or any(part in name for part in PARTS_OF_A_URL):
        return {"url": Text(text.strip())}
    return {"name": Text(name.strip()), "url": Text(url.strip())}
