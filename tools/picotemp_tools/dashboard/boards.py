"""In: nothing. Out: the row of the boards: which are up, how well, and since when."""

from grafana_foundation_sdk.cog.builder import Builder
from grafana_foundation_sdk.models.dashboard import Panel

from . import query, words
from .expression import CHOSEN, greatest, up
from .panel import HALF, RED, THIRD, TRANSPARENT, WHOLE, lined, lines, states
from .status import status

SLOW_SECONDS = 0.5
WEAK_DBM = -80
GOOD_AVAILABILITY = 0.999


def boards() -> list[Builder[Panel]]:
    """Give the row's panels."""
    return [
        _up(),
        status(),
        _failures(),
        _answer_time(),
        _availability(),
        _wifi(),
        _heap(),
    ]


def _up() -> Builder[Panel]:
    return (
        states(
            "Boards up",
            "Down: no fresh reading; see Failures. A gap: nobody knows, for the "
            "collector itself was not scraped.",
            [words.mapping(words.UP)],
        )
        .with_target(query.over_time(up(), "{{device}}"))
        .span(WHOLE)
        .height(7)
    )


def _failures() -> Builder[Panel]:
    rate = f"rate(pico_poll_failures_total{CHOSEN}[$__rate_interval])"
    return (
        lines(
            "Failures by reason",
            "Polls a minute that gave no reading; who stays dead is asked ever less, "
            "down to once a minute. refused, timeout, unreachable, "
            "reset: look at the board's power and Wi-Fi. dns: look at its name. busy: "
            "somebody else asks this board too. sensor: the board does not trust its "
            "sensor. The others: that is no picotemp, or something is between.",
            "suffix: /min",
        )
        .with_target(
            query.over_time(
                f"60 * max by (device, reason) ({rate})", "{{device}}: {{reason}}"
            )
        )
        .min(0)
        .span(HALF)
        .height(8)
    )


def _answer_time() -> Builder[Panel]:
    panel = lines(
        "Answer time (limit: 500 ms)",
        "How long the last poll took, a failed one too. Above the broken line for "
        "minutes: look at the Wi-Fi strength and at who else asks this board.",
        "s",
    ).with_target(query.over_time(greatest("pico_poll_duration_seconds"), "{{device}}"))
    lined(panel, TRANSPARENT, SLOW_SECONDS, RED)
    return panel.min(0).span(HALF).height(8)


def _availability() -> Builder[Panel]:
    panel = lines(
        "Availability, 30 days (goal: 99.9 %)",
        "The part of the last 30 days in which the board was up, of the time for which "
        "anything is known. Below the broken line: more than 43 minutes were lost.",
        "percentunit",
    ).with_target(query.over_time(greatest("device:pico_up:avg30d"), "{{device}}"))
    lined(panel, RED, GOOD_AVAILABILITY, TRANSPARENT)
    return panel.decimals(3).axis_soft_min(0.99).max(1).span(THIRD).height(8)


def _wifi() -> Builder[Panel]:
    panel = lines(
        f"Wi-Fi strength (weak: below {WEAK_DBM} dBm)",
        "Nearer to zero is stronger. Below the broken line: move the board or the "
        "access point; what is slow or flaps is often only this.",
        "dBm",
    ).with_target(query.over_time(greatest("pico_wifi_rssi_dbm"), "{{device}}"))
    lined(panel, RED, WEAK_DBM, TRANSPARENT)
    return panel.span(THIRD).height(8)


def _heap() -> Builder[Panel]:
    return (
        lines(
            "Free heap",
            "Memory that the board has left. It goes up and down with each garbage "
            "collection; a fall over days is a leak: report it with the board's log.",
            "bytes",
        )
        .with_target(query.over_time(greatest("pico_heap_free_bytes"), "{{device}}"))
        .min(0)
        .span(THIRD)
        .height(8)
    )
