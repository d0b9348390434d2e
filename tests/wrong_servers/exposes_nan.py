"""In: requests. Out: answers of a board that has a number for what it knows not."""

from . import right


class Server(right.Server):
    """Wrong: NaN for a signal that is unknown."""

    def told(self) -> dict[str, object]:
        """Know nothing of the signal."""
        return super().told() | {"rssi_dbm": None}

    def metrics(self) -> str:
        """Have a number all the same."""
        return super().metrics().replace("None", "NaN")
