"""In: a raw list, or a text with commas. Out: its items, each checked."""

from collections.abc import Callable
from typing import TypeVar

from attrs import frozen

from picotemp_collector.config.given import may_hold_secret
from picotemp_collector.config.values import Secret, Text, UnacceptableError

Item = TypeVar("Item")


@frozen
class BadItem:
    """An item that will not do: its number in the list, what was expected, it."""

    number: int
    expected: str
    value: object


class UnacceptableItemsError(ValueError):
    """A list of which some items will not do."""

    def __init__(self, bad_items: list[BadItem]) -> None:
        super().__init__(f"{len(bad_items)} unacceptable items")
        self.bad_items = bad_items


def checked_items(value: object, check: Callable[[object], Item]) -> tuple[Item, ...]:
    """Give every item as `check` gives it; a lone one is a list of one.

    Raises UnacceptableItemsError with every item that `check` refuses.
    """
    items = []
    bad_items = []
    for number, item in enumerate(_items(value), start=1):
        try:
            items.append(check(item))
        except UnacceptableError as error:
            bad_items.append(BadItem(number, str(error), item))
    if bad_items:
        raise UnacceptableItemsError(bad_items)
    return tuple(items)


def split(text: str) -> list[Text]:
    """Give what stands between commas; empty items are left out."""
    # A comma may split a password: a part may be secret that does not look so.
    kind = type(marked(text))
    return [kind(item.strip()) for item in text.split(",") if item.strip()]


def marked(text: str) -> Text:
    """Give the text as one that parts of it may be shown of, or not."""
    return Secret(text) if may_hold_secret(text) else Text(text)


def _items(value: object) -> list[object]:
    if isinstance(value, list):
        return value
    return [*split(value)] if isinstance(value, Text) else [value]
