"""In: requests. Out: answers of a board that makes up what it tells about itself."""

import itertools

from . import right


class Server(right.Server):
    """Wrong: values that stand still, jump, or are of another kind."""

    def __init__(self) -> None:
        super().__init__()
        self._ids = itertools.count()

    def told(self) -> dict[str, object]:
        """Give whatever fills the page."""
        return super().told() | {
            "id": f"id-{next(self._ids)}",
            "micropython": [1, 28, 0],
            "uptime_s": 0,
            "rssi_dbm": 78,  # a quality in percent
            "heap_free_bytes": 0,
            "connections_in_service": 0,
        }
