"""In: requests. Out: what a board tells, by microdot alone, as its manual shows it."""

import sys
import time

from microdot import Microdot

INFO = {
    "id": "e661640843259f2d",
    "hostname": "picotemp",
    "version": "0.1.0",
    "micropython": ".".join([str(part) for part in sys.implementation.version[:3]]),
}


class Counts:
    """What a server knows of itself."""

    requests_total = 0


async def index(_request: object) -> dict[str, float]:
    """Answer as the contract does."""
    Counts.requests_total += 1
    return {"tempC": 27.04, "tempF": 80.68}


async def info(_request: object) -> dict[str, object]:
    """Answer as a board does."""
    Counts.requests_total += 1
    return INFO | {
        "uptime_s": time.ticks_ms() // 1000,  # type: ignore[attr-defined]
        "rssi_dbm": -52,
        "heap_free_bytes": 281_248,
        "reset_cause": "power",
        "connections_in_service": 1,
        "connections_in_service_max": 3,
        "requests_total": Counts.requests_total,
        "rejected_total": 0,
        "wifi_reconnects_total": 0,
        "loop_lag_max_ms": 0,
        "last_run": None,
    }


def main() -> None:
    """Serve for ever."""
    app = Microdot()
    app.get("/")(index)
    app.get("/info")(info)
    app.run(host=sys.argv[2], port=8080)


if __name__ == "__main__":
    main()
