"""In: registers that outlive a reset. Out: how the last run ended, and how often so."""

from .chip import Chip

# Below 2**30, so that the board needs no big integers. Without it the registers
# hold what others left there.
MAGIC = 0x2B1E7000
RUNNING, HEALTHY, EXCEPTION, INTENDED = 1, 2, 3, 4
_SAVED = 0x80
_LOW = 0xFF

# So many early ends in a row are no accident.
EARLY_ENDS_MOST = 3


class Boots:
    """What this boot knows of the one before, and leaves to the next.

    `cause`: power, watchdog, exception or intended. `early_ends`: how many boots in
    a row ended by an exception or the watchdog before they were healthy.
    `is_recovery`: these are too many. `was_saved`: the last run got to save its end.
    """

    def __init__(self, chip: Chip) -> None:
        self._chip = chip
        self.cause = "power"
        self.early_ends = 0
        self.was_saved = False
        self._is_healthy = False
        state = chip.scratch(0) ^ MAGIC
        ends = chip.scratch(1) ^ MAGIC
        # reset() and the watchdog look alike to the chip; the state tells them apart.
        if chip.was_reset() and ends <= _LOW:
            self._recall(state & ~_SAVED, ends)
            self.was_saved = self.cause != "power" and bool(state & _SAVED)
        self.is_recovery = self.early_ends >= EARLY_ENDS_MOST
        self._note(RUNNING, self.early_ends)

    def mark_healthy(self) -> None:
        """Note that whatever ends this run is no early end."""
        self._is_healthy = True
        self._note(HEALTHY, 0)

    def mark_exception(self, is_saved: bool = False) -> None:
        """Note that an exception ends this run."""
        early_ends = 0 if self._is_healthy else self.early_ends + 1
        self._note(EXCEPTION, early_ends, is_saved)

    def mark_intended(self, is_saved: bool = False) -> None:
        """Note that this run ends on purpose."""
        self._note(INTENDED, 0, is_saved)

    def mark_retry(self, is_saved: bool = False) -> None:
        """Note that a recovery ends on purpose: one early end leads back to it."""
        self._note(INTENDED, EARLY_ENDS_MOST - 1, is_saved)

    def _recall(self, state: int, ends: int) -> None:
        if state in (RUNNING, HEALTHY):
            self.cause = "watchdog"
            self.early_ends = ends + 1 if state == RUNNING else 0
        elif state in (EXCEPTION, INTENDED):
            self.cause = "exception" if state == EXCEPTION else "intended"
            self.early_ends = ends

    def _note(self, state: int, ends: int, is_saved: bool = False) -> None:
        self._chip.set_scratch(0, MAGIC | state | (_SAVED if is_saved else 0))
        self._chip.set_scratch(1, MAGIC | min(ends, _LOW))
