"""In: bytes that should be JSON. Out: its plain value."""

import json


class NotJsonError(ValueError):
    """Bytes that are no JSON; its text says where, and shows nothing of them."""


def read_json(content: bytes) -> object:
    """Give the value; raises NotJsonError for whatever it cannot be."""
    try:
        return json.loads(content.decode("utf-8"))
    except UnicodeDecodeError as error:
        raise NotJsonError(f"byte {error.start + 1} is not UTF-8") from None
    except json.JSONDecodeError as error:
        raise NotJsonError(f"not JSON: {error}") from None
    except (ValueError, RecursionError):
        raise NotJsonError("not JSON: a number or a nesting without end") from None
