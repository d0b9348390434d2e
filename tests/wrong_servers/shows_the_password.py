"""In: requests. Out: answers of a board that tells how it got on the network."""

import os

from . import right


class Server(right.Server):
    """Wrong: the last line of the log has the password."""

    def told(self) -> dict[str, object]:
        """Log what the radio was given."""
        password = os.environ["PICOTEMP_TEST_PASSWORD"]
        last_run = {
            "ended_by": "power",
            "saved": "running",
            "age_s": 600,
            "is_whole": False,
            "reason": "",
            "lines": [f"1200 info wifi_joining with={password}"],
        }
        return super().told() | {"last_run": last_run}
