"""In: what the board's radio asks, what a person broke. Out: the link's status.

Numbers and order are those of the chip's driver (cyw43): 0 down, 1 joining, 2 joined
without an address, 3 up, -1 failed, -2 no such network, -3 wrong password.
"""

import asyncio
from collections.abc import Callable

DOWN, JOINING, NO_ADDRESS, UP = 0, 1, 2, 3
NO_SUCH_NETWORK, WRONG_PASSWORD = -2, -3

JOIN_SECONDS = 0.05
ADDRESS_SECONDS = 0.05

# What lasts until it is set to "ok" again ...
LASTING_FAULTS = ("ok", "wrong-password", "no-network", "no-address")
# ... and what happens to the present link once: gone; or "up" and yet dead.
PASSING_FAULTS = ("lost", "dead")
FAULTS = LASTING_FAULTS + PASSING_FAULTS


class AccessPoint:
    """One network, one board on it."""

    def __init__(self, ssid: str, password: str, changed: Callable[[], None]) -> None:
        self._ssid = ssid
        self._password = password
        self._changed = changed
        self._fault = "ok"
        self._is_dead = False
        self._is_static = False
        self._timer: asyncio.TimerHandle | None = None
        self.status = DOWN
        self.answered = 0

    @property
    def is_on_air(self) -> bool:
        """Tell whether packets come through."""
        return self.status == UP and not self._is_dead

    def join(self, question: int, ssid: str | None, password: str | None) -> None:
        """Let the board join, as far as the fault allows."""
        self._answer(question, JOINING)
        self._later(JOIN_SECONDS, lambda: self._admit(ssid or "", password or ""))

    def leave(self, question: int) -> None:
        """Let the board go."""
        self._answer(question, DOWN)

    def set_static(self, is_static: bool) -> None:
        """Note whether the board has an address without asking for one."""
        self._is_static = is_static
        if is_static and self.status == NO_ADDRESS:
            self._stop_timer()
            self._set(UP)

    def forget(self) -> None:
        """Forget the board: its chip starts anew."""
        self._is_static = False
        self._answer(0, DOWN)

    def set_fault(self, fault: str) -> None:
        """Break or mend the network.

        A lost link says "joining" though nobody joins, as the driver does; a dead
        one goes on saying "up". Both mend by joining again. ValueError where there
        is no such fault.
        """
        if fault not in FAULTS:
            raise ValueError(f"wifi {fault} is none of {', '.join(FAULTS)}")
        if fault == "dead":
            self._is_dead = True
        elif fault == "ok":
            self._is_dead = False
            self._fault = fault
        else:
            self._fault = fault if fault in LASTING_FAULTS else self._fault
            # Who needs no address does not miss it.
            is_felt = fault != "no-address" or not self._is_static
            if is_felt and self.status in (UP, NO_ADDRESS):
                self._stop_timer()
                self._set(JOINING)
        self._changed()

    def _answer(self, question: int, status: int) -> None:
        self._stop_timer()
        self.answered = question
        self._is_dead = False
        self._set(status)

    def _admit(self, ssid: str, password: str) -> None:
        if self._fault == "no-network" or ssid != self._ssid:
            self._set(NO_SUCH_NETWORK)
        elif self._fault == "wrong-password" or password != self._password:
            self._set(WRONG_PASSWORD)
        elif self._is_static:
            self._set(UP)
        else:
            self._set(NO_ADDRESS)
            if self._fault != "no-address":
                self._later(ADDRESS_SECONDS, lambda: self._set(UP))

    def _later(self, seconds: float, action: Callable[[], None]) -> None:
        self._timer = asyncio.get_running_loop().call_later(seconds, action)

    def _stop_timer(self) -> None:
        if self._timer:
            self._timer.cancel()
            self._timer = None

    def _set(self, status: int) -> None:
        self.status = status
        self._changed()
