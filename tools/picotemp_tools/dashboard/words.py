"""In: values and the words for them. Out: what Grafana shows instead of the values."""

from grafana_foundation_sdk.models.common import TableColorTextCellOptions
from grafana_foundation_sdk.models.dashboard import (
    DynamicConfigValue,
    ValueMap,
    ValueMappingResult,
)

# A word each, for those who see no difference between green and red.
UP = {"1": ("up", "green"), "0": ("down", "red")}
RELOAD = {"1": ("in force", "green"), "0": ("refused", "red")}
ALERT = {"firing": ("firing", "red"), "pending": ("pending", "orange")}
Words = dict[str, tuple[str, str]]


def mapping(words: Words) -> ValueMap:
    """Give the words, each in its colour, in place of the values."""
    return ValueMap(
        {
            value: ValueMappingResult(text=word, color=colour, index=index)
            for index, (value, (word, colour)) in enumerate(words.items())
        }
    )


def as_words(words: Words) -> list[DynamicConfigValue]:
    """Give the properties of a table's column that shows words."""
    return [
        DynamicConfigValue("mappings", [mapping(words)]),
        DynamicConfigValue("custom.cellOptions", TableColorTextCellOptions()),
    ]
