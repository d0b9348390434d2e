"""In: a host name, again and again. Out: its addresses, at once if they are known."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from contextlib import nullcontext

from attrs import define

from picotemp_collector.devices.address import Addresses, parse_address

# Raises OSError if there are none.
LookUp = Callable[[str], Awaitable[Addresses]]
# Boards get their address by DHCP: after so long it is looked up again, while the
# last one is still in use.
FRESH_SECONDS = 30.0
# A name server that is away for a while costs no reading; but an address is not kept
# for as long as a lease, after which another board may have it.
KEPT_SECONDS = 3600.0
# So long a name that failed is not looked up again.
DEAD_SECONDS = 10.0
# So many names that have failed before are looked up at once: a lookup holds a thread
# for as long as the system tries, often 20 s, and the other names need some too.
MOST_DOUBTFUL_LOOKUPS = 64
MOST_NAMES = 20000
logger = logging.getLogger(__name__)


@define(eq=False)
class _Known:
    """What is known of one name; times by the loop's clock."""

    addresses: Addresses = ()
    looked_up_again_seconds: float = 0.0
    kept_until_seconds: float = 0.0
    failed: bool = False
    lookup: asyncio.Task[None] | None = None


class Names:
    """Every name's addresses; each name is looked up once at a time, in its own task.

    Nobody waits for a lookup who has an address that was good lately.
    """

    def __init__(self, look_up: LookUp) -> None:
        self._look_up = look_up
        self._names: dict[str, _Known] = {}
        self._doubtful_turn = asyncio.Semaphore(MOST_DOUBTFUL_LOOKUPS)

    async def resolve(self, host: str) -> Addresses:
        """Give the addresses of a host, best first; raises OSError if it has none."""
        if literal := parse_address(host):
            return (literal,)
        known = self._known(host)
        now_seconds = _now_seconds()
        if known.lookup is None and now_seconds >= known.looked_up_again_seconds:
            known.lookup = asyncio.create_task(self._refresh(host, known))
        if now_seconds >= known.kept_until_seconds and known.lookup is not None:
            # A lookup serves all who wait, so it goes on if one of them leaves.
            await asyncio.wait({known.lookup})
        if _now_seconds() >= known.kept_until_seconds:
            raise OSError(None, "the name has no address")
        return known.addresses

    def is_looking_up(self, host: str) -> bool:
        """Tell whether somebody may be waiting for a host's first address."""
        known = self._names.get(host)
        return (
            known is not None
            and known.lookup is not None
            and _now_seconds() >= known.kept_until_seconds
        )

    def hosts_at(self, text: str) -> list[str]:
        """Give the names that have an address, as far as they were asked for."""
        return [
            host
            for host, known in self._names.items()
            if any(address.text == text for address in known.addresses)
        ]

    async def close(self) -> None:
        """End every lookup."""
        lookups = [known.lookup for known in self._names.values() if known.lookup]
        for lookup in lookups:
            lookup.cancel()
        await asyncio.gather(*lookups, return_exceptions=True)

    def _known(self, host: str) -> _Known:
        # The least lately asked is first, and goes first.
        known = self._names.pop(host, None) or _Known()
        self._names[host] = known
        if len(self._names) > MOST_NAMES:
            oldest = self._names.pop(next(iter(self._names)))
            if oldest.lookup:
                oldest.lookup.cancel()
        return known

    async def _refresh(self, host: str, known: _Known) -> None:
        try:
            async with self._doubtful_turn if known.failed else nullcontext():
                known.addresses = await self._look_up(host)
        except OSError:
            _keep_failed(known)
        except Exception:  # a bug of ours costs this name a while, nothing else
            logger.exception("%s: a lookup failed by a bug", host)
            _keep_failed(known)
        else:
            known.failed = False
            known.looked_up_again_seconds = _now_seconds() + FRESH_SECONDS
            known.kept_until_seconds = _now_seconds() + KEPT_SECONDS
        finally:
            known.lookup = None


def _keep_failed(known: _Known) -> None:
    known.failed = True
    known.looked_up_again_seconds = _now_seconds() + DEAD_SECONDS


def _now_seconds() -> float:
    return asyncio.get_running_loop().time()
