"""In: a number of devices. Out: "ready", once prometheus_client has gauges for them.

Nothing else is kept, and nothing is given out.
"""

import sys

from prometheus_client import Gauge

ONE_LABEL = (
    "pico_temperature_celsius",
    "pico_up",
    "pico_last_success_timestamp_seconds",
    "pico_polls_total",
    "pico_poll_duration_seconds",
)


def main(devices: int) -> None:
    """Set the five gauges of each device, and wait."""
    gauges = [Gauge(name, "One.", ("device",)) for name in ONE_LABEL]
    for number in range(devices):
        for gauge in gauges:
            gauge.labels(f"{number}").set(27.04)
    print("ready", flush=True)
    sys.stdin.read()


if __name__ == "__main__":
    main(int(sys.argv[1]))
