"""In: several who ask one device at once. Out: one request, its answer for them all."""

import asyncio

from attrs import define, evolve, field

from collector.running import device
from collector.virtual_time import now_seconds, run_virtually
from picotemp.payload import Reading
from picotemp_collector.devices.address import Addresses
from picotemp_collector.devices.admission import Admission
from picotemp_collector.devices.asking import Asked, Asker, FindHost
from picotemp_collector.errors import Failure, FailureReason, PollError
from picotemp_collector.readings.device import Device
from picotemp_collector.readings.info import DeviceInfo

GOOD = Reading(20.0, 68.0)
INFO = DeviceInfo(id="a")
ATTIC = device("attic")
TOP = device("top")
NAMED = device("named", "http://picotemp.local")


@define
class Board:
    """Takes a second for each answer, and another to close what is given up."""

    failure: Exception | None = None
    begun: list[str] = field(factory=list)
    ended: list[str] = field(factory=list)
    in_flight: int = 0
    most_in_flight: int = 0

    async def read(self, device: Device) -> Reading:
        await self._serve(device.name)
        if self.failure:
            raise self.failure
        return GOOD

    async def ask_info(self, device: Device) -> DeviceInfo | None:
        await self._serve(f"{device.name}/info")
        return INFO

    async def _serve(self, what: str) -> None:
        self.begun.append(what)
        self.in_flight += 1
        self.most_in_flight = max(self.most_in_flight, self.in_flight)
        try:
            await asyncio.sleep(1)
            self.ended.append(what)
        except asyncio.CancelledError:
            await asyncio.sleep(1)
            raise
        finally:
            self.in_flight -= 1


def asker(board: Board, places: int = 10, find_host: FindHost | None = None) -> Asker:
    return Asker(board, Admission(places), find_host)


def test_all_who_ask_meanwhile_share_one_request() -> None:
    async def ask() -> None:
        board = Board()
        shared = asker(board)
        asked = await asyncio.gather(*(shared.ask(each) for each in [ATTIC, TOP] * 25))
        assert board.begun == ["attic"]
        assert {id(each) for each in asked} == {id(asked[0])}
        assert asked[0].outcome == GOOD
        assert asked[0].begun_seconds == 1000
        await shared.ask(TOP)
        assert board.begun == ["attic", "top"]

    run_virtually(ask())


def test_two_boards_are_asked_at_once() -> None:
    async def ask() -> None:
        board = Board()
        shared = asker(board)
        other = device("other", "http://10.0.0.9")
        await asyncio.gather(shared.ask(ATTIC), shared.ask(other))
        assert (now_seconds(), board.most_in_flight) == (1001, 2)

    run_virtually(ask())


def test_one_who_leaves_fails_no_other_even_if_it_came_first() -> None:
    async def ask() -> None:
        board = Board()
        shared = asker(board)
        first = asyncio.create_task(shared.ask(ATTIC))
        await asyncio.sleep(0.3)
        second = asyncio.create_task(shared.ask(ATTIC))
        await asyncio.sleep(0.3)
        first.cancel()
        assert (await second).outcome == GOOD
        assert first.cancelled()
        assert board.begun == ["attic"]

    run_virtually(ask())


def test_the_request_is_given_up_when_the_last_one_leaves() -> None:
    async def ask() -> None:
        board = Board()
        shared = asker(board)
        waiting = [asyncio.create_task(shared.ask(ATTIC)) for _ in range(3)]
        await asyncio.sleep(0.5)
        for each in waiting:
            each.cancel()
        await asyncio.wait(waiting)
        assert board.in_flight == 1
        # Whoever asks now waits until the other request has let go of the board.
        assert (await shared.ask(ATTIC)).outcome == GOOD
        assert board.most_in_flight == 1
        assert (board.begun, board.ended) == (["attic", "attic"], ["attic"])

    run_virtually(ask())


def test_a_failure_is_everybodys_and_a_bug_comes_with_its_traceback() -> None:
    async def ask(error: Exception) -> list[Asked]:
        shared = asker(Board(error))
        return [*await asyncio.gather(shared.ask(ATTIC), shared.ask(TOP))]

    refused = PollError(FailureReason.REFUSED, "nothing listens")
    for asked in run_virtually(ask(refused)):
        assert (asked.outcome, asked.bug) == (refused.failure, None)
    bug = ZeroDivisionError("a bug")
    for asked in run_virtually(ask(bug)):
        assert isinstance(asked.outcome, Failure)
        assert (asked.outcome.reason, asked.bug) == (FailureReason.INTERNAL, bug)


def test_waiting_for_a_turn_takes_nothing_of_the_devices_time() -> None:
    async def ask() -> None:
        shared = asker(Board(), places=1)
        other = device("other", "http://10.0.0.9")
        _, asked = await asyncio.gather(shared.ask(other), shared.ask(ATTIC))
        assert asked.begun_seconds == 1001

    run_virtually(ask())


def test_who_asks_for_a_reading_ends_a_request_for_info() -> None:
    async def ask() -> None:
        board = Board()
        shared = asker(board)
        info = asyncio.create_task(shared.ask_info(ATTIC))
        await asyncio.sleep(0.5)
        assert (await shared.ask(TOP)).outcome == GOOD
        assert await info is None
        assert board.most_in_flight == 1
        assert await shared.ask_info(ATTIC) == INFO

    run_virtually(ask())


def test_info_is_not_asked_while_somebody_waits_for_a_reading() -> None:
    async def ask() -> None:
        board = Board()
        shared = asker(board)
        reading = asyncio.create_task(shared.ask(ATTIC))
        await asyncio.sleep(0.5)
        assert await shared.ask_info(ATTIC) is None
        assert (await reading).outcome == GOOD
        assert board.begun == ["attic"]

    run_virtually(ask())


def test_names_that_are_looked_up_for_ever_hold_no_place() -> None:
    async def never(_host: str) -> Addresses:
        await asyncio.Event().wait()
        return ()

    async def ask() -> None:
        shared = asker(Board(), 1, never)
        dead = [evolve(NAMED, url=f"http://dead-{number}") for number in range(200)]
        waiting = [asyncio.create_task(shared.ask(each)) for each in dead]
        await asyncio.sleep(0.1)
        asked = await shared.ask(ATTIC)
        assert (asked.outcome, asked.begun_seconds) == (GOOD, 1000.1)
        for late in await asyncio.gather(*waiting):
            assert isinstance(late.outcome, Failure)
            assert late.outcome.reason is FailureReason.DNS
            assert late.duration_seconds == NAMED.timeout_seconds

    run_virtually(ask())


def test_a_name_without_an_address_is_the_clients_to_explain() -> None:
    async def nowhere(_host: str) -> Addresses:
        raise OSError(None, "no address")

    async def ask() -> None:
        board = Board(PollError(FailureReason.DNS, "no address"))
        asked = await asker(board, 1, nowhere).ask(NAMED)
        assert board.begun == ["named"]
        assert isinstance(asked.outcome, Failure)

    run_virtually(ask())
