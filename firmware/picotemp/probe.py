"""In: hosts that may answer. Out: whether the network beyond the driver's word lives.

A link can say "up" for days and carry nothing; only a reply proves it.
"""

import asyncio

from .chip import Chip, Datagrams
from .settings import NOWHERE

TICK_MS = 10_000
# So many questions in vain, and one dead host could be the reason: all are asked.
DOUBT = 2
DNS_PORT = 53
# So many replies are taken at a time: a flood must not keep the loop.
MOST_REPLIES = 8
# A name server's shortest question: the root's address, no recursion. Whatever the
# answer, a refusal too, somebody is there.
_QUESTION = b"\0\0\0\1\0\0\0\0\0\0\0\0\1\0\1"


class Probe:
    """Asks one host after the other; `is_proven` once one answered since begin()."""

    def __init__(self, chip: Chip, further_target: str) -> None:
        self._chip = chip
        self._further_target = further_target
        self._datagrams: Datagrams | None = None
        self._targets: list[tuple[str, int]] = []
        self._current = 0
        self._asked = 0
        self._next_ms = 0
        # How often there was something asked since something last came through. What
        # could not be sent counts not: silence is no evidence then.
        self.unanswered = 0
        self.is_proven = False
        self.has_life = False

    def begin(self, addresses: tuple[str, str, str, str]) -> None:
        """Begin with a new link: what answered on another one proves nothing here."""
        own, _, gateway, name_server = addresses
        address, _, port = self._further_target.partition(":")
        self._targets = []
        for target in (
            (name_server, DNS_PORT),
            (gateway, DNS_PORT),
            (address, int(port or DNS_PORT)),
        ):
            if target[0] not in ("", NOWHERE, own) and target not in self._targets:
                self._targets.append(target)
        self._hear()  # replies that came too late for the link before
        self._current = 0
        self._next_ms = self._chip.uptime_ms()
        self.unanswered = 0
        self.is_proven = False
        self.has_life = False

    def note_life(self) -> None:
        """Note that something came through."""
        self.unanswered = 0
        self.has_life = True

    async def poll(self) -> None:
        """Take the replies; ask when it is time."""
        self._hear()
        now_ms = self._chip.uptime_ms()
        if not self._targets or now_ms < self._next_ms:
            return
        self._next_ms = now_ms + TICK_MS
        targets = self._targets
        if not self.is_proven or self.unanswered < DOUBT:
            targets = [targets[self._current]]
        if not self.is_proven:
            self._current = (self._current + 1) % len(self._targets)
        sent = 0
        for target in targets:
            sent += self._ask(target)
            await asyncio.sleep(0)  # the radio may have kept the loop
        if sent:
            self.unanswered += 1
        elif self._datagrams:
            self._datagrams.close()
            self._datagrams = None

    def _hear(self) -> None:
        if not self._datagrams:
            return
        for _ in range(MOST_REPLIES):
            sender = self._datagrams.receive()
            if not sender:
                return
            for number, (address, _) in enumerate(self._targets):
                if address == sender:
                    self._current = number
                    self.is_proven = True
                    self.note_life()

    def _ask(self, target: tuple[str, int]) -> bool:
        self._asked = self._asked + 1 & 0xFFFF
        question = bytes((self._asked >> 8, self._asked & 0xFF)) + _QUESTION
        try:
            if not self._datagrams:
                self._datagrams = self._chip.datagrams()
            self._datagrams.send(question, target[0], target[1])
        except OSError:
            return False
        return True
