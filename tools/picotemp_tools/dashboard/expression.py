"""In: a metric of boards. Out: an expression with one series for each chosen board."""

CHOSEN = '{device=~"$device"}'


def greatest(metric: str, chosen: str = CHOSEN) -> str:
    """Give a metric by board, although several collectors may poll one board."""
    return f"max by (device) ({metric}{chosen})"


def up() -> str:
    """Tell whether any collector has a fresh reading.

    As in the recording rules, who was never asked is neither up nor down.
    """
    asked = f"pico_up{CHOSEN} and pico_polls_total{CHOSEN} > 0"
    return f"max by (device) ({asked})"
