"""In: levels that a program gives its pins. Out: the newest of each, the LED's past."""

KEPT_LEVELS = 1000


class Pins:
    """The pins of one board."""

    def __init__(self) -> None:
        # The newest level of each pin the present chip has set.
        self.levels: dict[str, int] = {}
        # The levels the program gave its LED, newest last.
        self.led: list[int] = []

    def change(self, pin: str, level: int) -> None:
        """Take a level."""
        self.levels[pin] = level
        if pin == "LED":
            self.led.append(level)
            del self.led[:-KEPT_LEVELS]
