"""In: a storm of clients, drawn at random. Out: a gate that keeps every promise."""

import asyncio
from dataclasses import dataclass

from hypothesis import given, settings
from hypothesis import strategies as st

from .fake_sockets import FakeClient
from .house import GET, LIFE_MS, OK, SWEEP_MS, House, tell
from .http_answer import is_busy, parse

MANNERS = ("polite", "slow", "silent", "deaf", "rude", "lost", "leaving", "dripping")


@dataclass(frozen=True)
class Plan:
    """One client: when it comes, how it behaves."""

    comes_ms: int
    manners: str


PLANS = st.lists(
    st.builds(Plan, st.integers(0, 8000), st.sampled_from(MANNERS)), max_size=25
)


async def visit(house: House, plan: Plan) -> FakeClient:
    """Be a client."""
    await asyncio.sleep(plan.comes_ms / 1000)
    client = house.client()
    match plan.manners:
        case "polite":
            client.say(GET)
        case "slow":
            client.say(GET[:5])
            await asyncio.sleep(0.25)
            client.say(GET[5:])
        case "deaf":
            client.can_hear.clear()
            client.say(GET)
        case "rude":
            client.say(b"\xff" * 1000)
        case "lost":
            await asyncio.sleep(0.2)
            client.fail(ConnectionResetError("reset by peer"))
        case "leaving":
            client.leave()
        case "dripping":
            for _ in range(50):
                client.say(b"x")
                await asyncio.sleep(0.1)
    await client.end()
    return client


async def watch(house: House) -> None:
    """See that the promises hold at every moment."""
    while True:
        accepted = house.chip.listener.accepted
        assert sum(client.closed_ms is None for client in accepted) <= 4
        assert 0 <= house.gate.in_service <= 3
        await asyncio.sleep(0.01)


@settings(max_examples=40)
@given(PLANS, st.booleans())
def test_no_storm_breaks_a_promise(plans: list[Plan], is_ready: bool) -> None:
    clients: list[FakeClient] = []

    async def story(house: House) -> None:
        house.answerer.is_ready = is_ready
        watching = asyncio.create_task(watch(house))
        clients.extend(await asyncio.gather(*[visit(house, plan) for plan in plans]))
        watching.cancel()
        await asyncio.gather(watching, return_exceptions=True)
        assert watching.cancelled()

    house = tell(story)
    for plan, client in zip(plans, clients, strict=True):
        if plan.manners in ("polite", "slow"):
            assert client.answered == OK or is_busy(parse(client.answered))
        elif client.answered not in (b"", OK):
            assert parse(client.answered).status in (414, 503)
    refused = sum(b"Retry-After" in client.answered for client in clients)
    assert house.gate.rejected_total >= refused
    served = sum(client.answered == OK for client in clients)
    assert house.gate.requests_total >= served + 1
    assert house.gate.in_service_max <= 3
    lived = [life(client) for client in house.chip.listener.accepted]
    assert max(lived, default=0) <= LIFE_MS + SWEEP_MS + 5


def life(client: FakeClient) -> int:
    """Give how long a client was held, from being accepted to being closed."""
    assert client.closed_ms is not None
    assert client.accepted_ms is not None
    return client.closed_ms - client.accepted_ms
