"""In: requests. Out: answers of a board that tells its whole life."""

from . import right


class Server(right.Server):
    """Wrong: a page about itself that takes more memory than it is worth."""

    def told(self) -> dict[str, object]:
        """Show a log without bounds."""
        last_run = {
            "ended_by": "watchdog",
            "saved": "running",
            "age_s": None,
            "is_whole": False,
            "reason": "",
            "lines": ["60000 info listening port=80"] * 200,
        }
        return super().told() | {"last_run": last_run}
