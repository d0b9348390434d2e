"""In: a gate whose parts fail. Out: it opens again, and shows its life truly."""

import asyncio

import pytest

from picotemp.chip import Connection, Listener
from picotemp.log import Log
from picotemp.supervision import supervise

from .fake_chip import FakeChip
from .fake_sockets import FakeClient, FakeListener
from .house import GET, OK, House, tell
from .serial_line import events
from .virtual_time import in_virtual_time, now_ms

PORT_TAKEN = OSError(98, "EADDRINUSE")


class BrokenListener(FakeListener):
    """Fails when somebody comes."""

    async def accept(self) -> Connection:
        await super().accept()
        raise OSError(9, "EBADF")


class OddClient(FakeClient):
    """Fails as no client does."""

    def take(self, most_bytes: int) -> bytes | None:
        raise MemoryError(most_bytes)


def opened_by(chip: FakeChip, opened: list[object]) -> None:
    """Let listening give one of these after the other: a listener, or a failure."""
    listen = chip.listen

    def next_one(port: int, backlog: int) -> Listener:
        listen(port, backlog)
        outcome = opened.pop(0)
        if isinstance(outcome, OSError):
            raise outcome
        assert isinstance(outcome, FakeListener)
        chip.listener = outcome
        return outcome

    chip.listen = next_one  # type: ignore[method-assign]


async def served_after(house: House, seconds: float) -> int:
    """Be served by a gate under supervision; give when, in ms."""
    work = asyncio.create_task(supervise(house.gate, house.chip, Log(house.chip)))
    await asyncio.sleep(seconds)
    assert await house.client(GET).end() == OK
    work.cancel()
    await asyncio.gather(work, return_exceptions=True)
    return now_ms()


def test_t11_a_port_that_cannot_be_bound_is_tried_again(
    capsys: pytest.CaptureFixture[str],
) -> None:
    async def life() -> None:
        house = House()
        opened_by(house.chip, [PORT_TAKEN, PORT_TAKEN, PORT_TAKEN, FakeListener()])
        await served_after(house, 8)
        assert house.chip.times_of("listen") == [0, 1000, 3000, 7000]

    in_virtual_time(life())
    lines = capsys.readouterr().out.splitlines(keepends=True)
    log = "".join(line for line in lines if line.startswith("t="))
    assert [line["job"] for line in events(log, "job_failed")] == ["server"] * 3


def test_t10_a_listener_that_fails_is_closed_and_made_anew() -> None:
    async def life() -> None:
        house = House()
        broken, whole = BrokenListener(), FakeListener()
        opened_by(house.chip, [broken, whole])
        FakeClient(broken, GET)
        await served_after(house, 2)
        assert broken.is_closed
        assert whole.is_closed
        assert house.gate.in_service == 0

    in_virtual_time(life())


def test_clients_of_a_gate_that_fails_are_cut_at_once() -> None:
    async def life() -> None:
        house = House()
        work = asyncio.create_task(house.gate.run())
        silent = house.client()
        await asyncio.sleep(0.5)
        work.cancel()
        assert await silent.end() == b""
        assert now_ms() == 500
        await asyncio.gather(work, return_exceptions=True)
        assert house.gate.in_service == 0

    in_virtual_time(life())


def test_t12_a_connection_that_fails_oddly_frees_its_slot() -> None:
    async def story(house: House) -> None:
        asyncio.get_running_loop().set_exception_handler(lambda *_: None)
        for _ in range(9):
            client = OddClient(house.chip.listener)
            assert await client.end() == b""
        assert house.gate.in_service == 0
        assert await house.client(GET).end() == OK

    tell(story)


def test_a_gate_that_waits_for_clients_is_alive() -> None:
    async def story(house: House) -> None:
        ages = []
        for _ in range(200):
            await asyncio.sleep(1)
            ages.append(house.gate.age_ms())
        assert max(ages) == 0

    tell(story)


def test_a_gate_that_is_full_is_alive() -> None:
    async def story(house: House) -> None:
        ages = []
        for number in range(400):
            if number % 20 == 0:
                for _ in range(5):
                    house.client()
            await asyncio.sleep(0.05)
            ages.append(house.gate.age_ms())
        assert max(ages) <= 100

    tell(story)


@pytest.mark.parametrize("is_waiting", [True, False])
def test_t10_a_gate_whose_listener_nobody_waits_on_grows_old(is_waiting: bool) -> None:
    async def life() -> None:
        house = House()
        work = asyncio.create_task(house.gate.run())
        await asyncio.sleep(1)
        house.chip.listener.is_waited_on = lambda: is_waiting  # type: ignore[method-assign]
        house.gate.age_ms()
        await asyncio.sleep(60)
        assert house.gate.age_ms() == (0 if is_waiting else 61_000)
        work.cancel()
        await asyncio.gather(work, return_exceptions=True)

    in_virtual_time(life())


def test_before_it_runs_a_gate_is_as_old_as_the_board() -> None:
    async def life() -> None:
        house = House()
        await asyncio.sleep(7)
        assert house.gate.age_ms() == 7000

    in_virtual_time(life())
