"""In: requests. Out: answers of a board whose clock has wrapped round."""

from . import right

WRAPS_AFTER_SECONDS = 1_000_000


class Server(right.Server):
    """Wrong: an uptime that becomes less."""

    def uptime_seconds(self) -> float:
        """Count down."""
        return WRAPS_AFTER_SECONDS - super().uptime_seconds()
