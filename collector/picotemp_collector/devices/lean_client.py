"""In: a question to a device over plain HTTP. Out: the answer, for little."""

import asyncio
from functools import lru_cache, partial
from typing import Protocol

from picotemp_collector.devices.address import Addresses
from picotemp_collector.devices.answer import Answer
from picotemp_collector.devices.endpoint import Endpoint, endpoint_of
from picotemp_collector.devices.exchange import exchange
from picotemp_collector.devices.failure import (
    DeadlineError,
    explain_errno,
    no_address,
)
from picotemp_collector.devices.head import UnusualError, head_of
from picotemp_collector.devices.response import Response, whole_answer
from picotemp_collector.devices.target import Question, Target
from picotemp_collector.devices.watch import Watch

# A device says the same before every reading.
MOST_HEADS = 1024
# Of rooms there are few temperatures, in hundredths: mostly one was read before.
MOST_ANSWERS = 1024


class Resolves(Protocol):
    """What a lean client needs of a resolver."""

    async def resolve(self, host: str) -> Addresses:
        """Give the addresses of a host; raises OSError if there are none."""
        ...


class LeanClient:
    """Asks with a bare socket; what is not plain it leaves to others."""

    def __init__(self, resolver: Resolves, watch: Watch) -> None:
        self._resolver = resolver
        self._watch = watch
        self._head_of = lru_cache(MOST_HEADS)(head_of)
        self._remembered = lru_cache(MOST_ANSWERS)(partial(whole_answer, self._head_of))

    async def get(
        self, target: Target, question: Question, deadline_seconds: float
    ) -> Answer:
        """Give the answer; raises PollError, DeadlineError, UnusualError."""
        endpoint = target.endpoint
        if endpoint is None:
            endpoint = await self._find(target, deadline_seconds)
        response = Response(question.most_bytes, self._head_of, self._remembered)
        try:
            return await exchange(
                self._watch, endpoint, question.request, response, deadline_seconds
            )
        except OSError as error:
            raise explain_errno(error.errno, type(error).__name__) from error

    async def _find(self, target: Target, deadline_seconds: float) -> Endpoint:
        try:
            async with asyncio.timeout_at(deadline_seconds):
                addresses = await self._resolver.resolve(target.host)
            if len(addresses) == 1:
                return endpoint_of(addresses[0], target.port)
        except TimeoutError as error:
            raise DeadlineError(is_looking_up=True) from error
        except OSError as error:
            raise no_address(target.host) from error
        raise UnusualError("a name with several addresses")
