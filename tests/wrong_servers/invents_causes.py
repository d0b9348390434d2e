"""In: requests. Out: answers of a board that passes on what its chip says."""

from . import right


class Server(right.Server):
    """Wrong: numbers, negative counts, and a last run that tells half."""

    def told(self) -> dict[str, object]:
        """Give causes and counts that mean nothing to a reader."""
        return super().told() | {
            "reset_cause": "PWRON_RESET",
            "wifi_reconnects_total": -1,
            "loop_lag_max_ms": 0.5,
            "last_run": {"ended_by": 3},
        }
