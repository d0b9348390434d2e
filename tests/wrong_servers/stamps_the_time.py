"""In: requests. Out: answers of a board that trusts its clock."""

import time

from . import right


class Server(right.Server):
    """Wrong: samples with a time, which Prometheus keeps showing as fresh."""

    def metrics(self) -> str:
        """Add the time to each sample."""
        now = f" {int(time.time() * 1000)}"
        lines = super().metrics().splitlines()
        return "".join(
            line + ("" if line.startswith("#") else now) + "\n" for line in lines
        )
