"""In: requests. Out: answers of a board that shows all its settings."""

from . import right


class Server(right.Server):
    """Wrong: among them one that nobody but the board should have."""

    def told(self) -> dict[str, object]:
        """Show them as they are."""
        settings = {"ssid": "attic", "ssid_password": "********"}
        return super().told() | {"settings": settings}
