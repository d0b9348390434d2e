"""In: a stack whose last board is not polled yet. Out: the checks of the runbook."""

import statistics
from collections.abc import Sequence

from ..emulator import EmulatedBoard
from .asking import celsius_of, probe_seconds, text_of
from .check import Check
from .servers import (
    POLL_INTERVAL_SECONDS,
    POLL_TIMEOUT_SECONDS,
    SCRAPE_INTERVAL_SECONDS,
)
from .stack import Stack
from .waiting import CheckFailedError, until
from .webhook import Notice

# Of the collector's own limit and one scrape.
ALLOWED_AGE_SECONDS = (
    2 * POLL_INTERVAL_SECONDS + POLL_TIMEOUT_SECONDS + SCRAPE_INTERVAL_SECONDS
)
ALLOWED_LATENCY_SECONDS = 0.5  # as in PicoSlow
PROBES = 5
ALERT = "PicoDown"


async def connectivity(stack: Stack, deadline: float) -> str:
    """Ask each board; each that is polled is up in Prometheus."""
    found = [await celsius_of(stack.web, board, deadline) for board in stack.boards]
    await _all_up(stack, stack.boards[:-1], deadline)
    return "boards answer " + ", ".join(f"{celsius:.2f} °C" for celsius in found)


async def freshness(stack: Stack, deadline: float) -> str:
    """Find a temperature of each board in Prometheus, and none that is too old."""
    names = _names(stack.boards[:-1])
    await until(
        lambda: stack.prometheus.query("pico_temperature_celsius"),
        lambda found: set(found) == names,
        deadline,
    )
    ages = await until(
        lambda: stack.prometheus.query("time() - pico_last_success_timestamp_seconds"),
        lambda found: set(found) == names and max(found.values()) < ALLOWED_AGE_SECONDS,
        deadline,
    )
    oldest = max(ages.values())
    return f"oldest reading {oldest:.1f} s, allowed {ALLOWED_AGE_SECONDS:.1f} s"


async def latency(stack: Stack, deadline: float) -> str:
    """See polls, and probes through the collector, end in less than half a second."""
    polls = await until(
        lambda: stack.prometheus.query("pico_poll_duration_seconds"),
        lambda found: bool(found) and max(found.values()) < ALLOWED_LATENCY_SECONDS,
        deadline,
    )
    names = sorted(_names(stack.boards[:-1]))
    probes = [
        await probe_seconds(stack.web, stack.collector.url, name, deadline)
        for name in names
        for _ in range(PROBES)
    ]
    median = statistics.median(probes)
    if median >= ALLOWED_LATENCY_SECONDS:
        raise CheckFailedError(f"the median of {len(probes)} probes is {median:.3f} s")
    return (
        f"slowest poll {max(polls.values()) * 1000:.0f} ms, median probe "
        f"{median * 1000:.0f} ms, allowed {ALLOWED_LATENCY_SECONDS * 1000:.0f} ms"
    )


async def reload(stack: Stack, deadline: float) -> str:
    """Add a board to the configuration: after a reload it is polled."""
    stack.poll(stack.boards)
    url = f"{stack.collector.url}/-/reload"
    text = await text_of(stack.web, "POST", url, deadline)
    await _all_up(stack, stack.boards, deadline)
    return f"{text.strip()}; {stack.boards[-1].place.name} is in Prometheus"


async def alert(stack: Stack, deadline: float) -> str:
    """Cut the power of a board: it raises the alert, and the webhook hears of it."""
    board = stack.boards[0]
    board.power_cut()
    name = board.place.name
    await until(
        stack.prometheus.alerts,
        lambda alerts: any(
            (a.name, a.device, a.state) == (ALERT, name, "firing") for a in alerts
        ),
        deadline,
    )
    if not stack.alertmanager:
        return f"{ALERT} of {name} fires in Prometheus; there is no Alertmanager here"
    await _told(stack, name, "firing", deadline)
    return f"the webhook was told {ALERT} of {name}"


async def recovery(stack: Stack, deadline: float) -> str:
    """Give it power again: that ends the alert, and the webhook hears of it."""
    board = stack.boards[0]
    board.power_on()
    await _all_up(stack, stack.boards, deadline)
    name = board.place.name
    await until(
        stack.prometheus.alerts,
        lambda alerts: not any((a.name, a.device) == (ALERT, name) for a in alerts),
        deadline,
    )
    if not stack.alertmanager:
        return f"{ALERT} of {name} ended in Prometheus; there is no Alertmanager here"
    await _told(stack, name, "resolved", deadline)
    return f"the webhook was told that {ALERT} of {name} is resolved"


async def rules(stack: Stack, deadline: float) -> str:
    """Find that Prometheus could evaluate every rule, the seldom ones too."""

    async def others() -> dict[str, str]:
        found = await stack.prometheus.rules()
        return {name: health for name, health in found.items() if health != "ok"}

    await until(others, lambda found: not found, deadline)
    count = len(await stack.prometheus.rules())
    return f"{count} rules evaluated without an error"


# In all less than a minute, with the start.
CHECKS = (
    Check("connectivity", connectivity, 8),
    Check("freshness", freshness, 8),
    Check("latency", latency, 8),
    Check("reload", reload, 10),
    Check("alert", alert, 20),
    Check("recovery", recovery, 20),
    Check("rules", rules, 15),
)


def _names(boards: Sequence[EmulatedBoard]) -> set[str]:
    return {board.place.name for board in boards}


async def _all_up(
    stack: Stack, boards: Sequence[EmulatedBoard], deadline: float
) -> None:
    await until(
        lambda: stack.prometheus.query("pico_up"),
        lambda up: up == dict.fromkeys(_names(boards), 1.0),
        deadline,
    )


async def _told(stack: Stack, device: str, status: str, deadline: float) -> None:
    await until(
        stack.webhook.told,
        lambda told: Notice(ALERT, device, status) in told,
        deadline,
    )
