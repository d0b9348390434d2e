"""In: files, a moment of a power cut. Out: a board whose settings may change."""

import contextlib
import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass, field

from picotemp_tools.flash.errors import LinkLostError
from picotemp_tools.flash.settings.stored import PATH

SECRET = "hunter2 & friends"  # noqa: S105 of a network that does not exist
GOOD: dict[str, object] = {"ssid": "attic", "password": SECRET, "port": 8080}


@dataclass
class SettingsBoard:
    """A filesystem; the power goes in the middle of the order with that number."""

    files: dict[str, bytes] = field(default_factory=dict)
    cut_at: int | None = None
    orders: list[str] = field(default_factory=list)

    def call(self, name: str, *arguments: object) -> object:
        path = str(arguments[0])
        self._order(name)
        if name == "sha256":
            return hashlib.sha256(self.files[path]).hexdigest()
        assert name == "rename"
        self.files[str(arguments[1])] = self.files.pop(path)
        return None

    def read(self, path: str) -> bytes | None:
        return self.files.get(path)

    def write(self, path: str, content: bytes) -> None:
        self.files[path] = content[: len(content) // 2]
        self._order("write")
        self.files[path] = content

    @contextlib.contextmanager
    def reach(self) -> Iterator["SettingsBoard"]:
        yield self

    def settings(self) -> object:
        return json.loads(self.files[PATH])

    def _order(self, name: str) -> None:
        self.orders.append(name)
        if len(self.orders) - 1 == self.cut_at:
            raise LinkLostError("the board is gone")


def board_with(settings: dict[str, object] | None) -> SettingsBoard:
    files = {} if settings is None else {PATH: json.dumps(settings).encode()}
    return SettingsBoard(files)
