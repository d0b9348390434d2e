"""In: a gate whose memory runs out anywhere. Out: one client lost, never a slot."""

import asyncio
from collections.abc import Callable

import pytest

from picotemp.server import Gate

from .house import GET, OK, House, tell
from .virtual_time import in_virtual_time, now_ms


def failing(times: int, call: Callable[..., object]) -> Callable[..., object]:
    """Give a call that has no memory the first times."""
    left = [times]

    def fail(*arguments: object, **named: object) -> object:
        if left[0]:
            left[0] -= 1
            raise MemoryError
        return call(*arguments, **named)

    return fail


@pytest.mark.parametrize(
    ("name", "is_ready"),
    [
        ("_count", True),
        ("_count", False),
        ("_note_request", True),
        ("_note_request", False),
        ("_live", False),
    ],
)
def test_t9_whoever_has_no_memory_loses_one_client_and_no_slot(
    name: str, is_ready: bool
) -> None:
    async def story(house: House) -> None:
        asyncio.get_running_loop().set_exception_handler(lambda *_: None)
        house.answerer.is_ready = is_ready
        setattr(house.gate, name, failing(9, getattr(house.gate, name)))
        for _ in range(12):
            await house.client(GET).end()
        assert (house.gate.in_service, house.gate._open) == (0, 0)
        assert await house.client(GET).end() == OK

    tell(story)


def test_t9_a_gate_that_has_lost_count_grows_old() -> None:
    async def life() -> None:
        house = House()
        work = asyncio.create_task(house.gate.run())
        await asyncio.sleep(1)
        house.chip.listener.is_waited_on = lambda: False  # type: ignore[method-assign]
        house.gate._open = 4
        house.client()
        await asyncio.sleep(30)
        assert house.gate.age_ms() >= 25_000
        work.cancel()
        await asyncio.gather(work, return_exceptions=True)

    in_virtual_time(life())


@pytest.mark.parametrize("name", ["_log", "_accept"])
def test_t10_a_gate_that_cannot_begin_closes_its_listener(
    name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def life() -> None:
        house = House()
        if name == "_log":
            log = house.gate._log
            monkeypatch.setattr(log, "info", failing(1, log.info))
        else:
            monkeypatch.setattr(Gate, name, failing(1, Gate._accept))
        with pytest.raises(MemoryError):
            await house.gate.run()
        assert house.chip.listener.is_closed
        assert now_ms() == 0

    in_virtual_time(life())
