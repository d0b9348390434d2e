"""In: requests. Out: a constant reading by microdot, as its manual shows it."""

import time

import network  # type: ignore[import-not-found]
from microdot import Microdot


async def index(_request: object) -> dict[str, float]:
    """Answer as the contract does."""
    return {"tempC": 27.04, "tempF": 80.68}


def main() -> None:
    """Join the network, serve for ever."""
    wlan = network.WLAN(network.STA_IF)
    wlan.active(True)
    wlan.connect("emulated", "emulated-password")
    while not wlan.isconnected():
        time.sleep(0.05)
    app = Microdot()
    app.get("/")(index)
    app.run(port=80)


if __name__ == "__main__":
    main()
