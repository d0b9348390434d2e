"""In: bytes that should be YAML. Out: its plain value, of text, lists and tables.

PyYAML gives the events, and what they mean is decided here, as Prometheus' own reader
does: a text is what is written (`12`, `yes`), equal keys are an error, `<<` merges.
PyYAML's own way from events to values overflows the stack at deep nesting, and takes
the process with it.
"""

from collections.abc import Iterator

import yaml

# A list of groups, a group, its targets; and some more to be told what is wrong.
MOST_DEPTH = 20
# Aliases and merges make a small file a large value.
MOST_VALUES = 1_000_000
NULLS = ("", "~", "null", "Null", "NULL")
MERGE = "<<"
TEXT_TAGS = (None, "!", "tag:yaml.org,2002:str")


class NotYamlError(ValueError):
    """Bytes that are no YAML for us; its text shows next to nothing of them."""


def read_yaml(content: bytes) -> object:
    """Give the value of the first document, None if there is none.

    Raises NotYamlError for whatever cannot be read.
    """
    try:
        return _Reading(content.decode("utf-8")).first_document()
    except UnicodeDecodeError as error:
        raise NotYamlError(f"byte {error.start + 1} is not UTF-8") from None
    except yaml.MarkedYAMLError as error:
        at = f"line {error.problem_mark.line + 1}: " if error.problem_mark else ""
        raise NotYamlError(f"not YAML: {at}{error.problem or error.context}") from None
    except yaml.YAMLError as error:
        raise NotYamlError(f"not YAML: {type(error).__name__}") from None


class _Reading:
    def __init__(self, text: str) -> None:
        loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
        self._events: Iterator[yaml.Event] = iter(yaml.parse(text, Loader=loader))
        self._anchored: dict[str, object] = {}
        self._left = MOST_VALUES

    def first_document(self) -> object:
        for event in self._events:
            if isinstance(event, yaml.DocumentStartEvent):
                return self._value(next(self._events), 0)
        return None

    def _value(self, event: yaml.Event, depth: int) -> object:
        self._spend(event, 1)
        if depth > MOST_DEPTH:
            raise _refused(event, "nested too deeply")
        if isinstance(event, yaml.AliasEvent):
            if event.anchor not in self._anchored:
                raise _refused(event, "an alias of what is not whole before it")
            return self._anchored[event.anchor]
        value = self._new_value(event, depth)
        if isinstance(event, yaml.NodeEvent) and event.anchor is not None:
            self._anchored[event.anchor] = value
        return value

    def _new_value(self, event: yaml.Event, depth: int) -> object:
        if isinstance(event, yaml.ScalarEvent):
            return _scalar(event)
        if isinstance(event, yaml.SequenceStartEvent):
            return [
                self._value(item, depth + 1)
                for item in self._until(yaml.SequenceEndEvent)
            ]
        return self._table(depth)

    def _table(self, depth: int) -> dict[str, object]:
        table: dict[str, object] = {}
        merged: dict[str, object] = {}
        for key_event in self._until(yaml.MappingEndEvent):
            key = self._value(key_event, depth + 1)
            value_event = next(self._events)
            value = self._value(value_event, depth + 1)
            if key == MERGE:
                merged = self._merged(value, value_event) | merged
            elif not isinstance(key, str):
                raise _refused(key_event, "a key that is no text")
            elif key in table:
                raise _refused(key_event, f"the key {key} a second time")
            else:
                table[key] = value
        return merged | table

    def _merged(self, value: object, event: yaml.Event) -> dict[str, object]:
        merged: dict[str, object] = {}
        for table in value if isinstance(value, list) else [value]:
            if not isinstance(table, dict):
                raise _refused(event, "a merge of what is no table")
            self._spend(event, len(table) + len(merged))
            # Of equal keys the first table's counts.
            merged = table | merged
        return merged

    def _spend(self, event: yaml.Event, values: int) -> None:
        self._left -= values
        if self._left < 0:
            raise _refused(event, f"more than {MOST_VALUES} values")

    def _until(self, end: type[yaml.Event]) -> Iterator[yaml.Event]:
        for event in self._events:
            if isinstance(event, end):
                return
            yield event


def _scalar(event: yaml.ScalarEvent) -> str | None:
    if event.tag not in TEXT_TAGS:
        raise _refused(event, f"the tag {event.tag}")
    if event.implicit[0] and event.value in NULLS:
        return None
    text: str = event.value
    return text


def _refused(event: yaml.Event, what: str) -> NotYamlError:
    at = f"line {event.start_mark.line + 1}: " if event.start_mark else ""
    return NotYamlError(f"not usable: {at}{what}")
