"""In: those who want a place. Out: never too many inside, and nobody starves."""

import asyncio

import pytest
from hypothesis import given
from hypothesis import strategies as st

from collector.virtual_time import now_seconds, run_virtually
from picotemp_collector.devices.admission import Admission

# Arrives after (s), stays for (s), is doubtful, gives up after (s).
VISITORS = st.lists(
    st.tuples(st.floats(0, 5), st.floats(0, 2), st.booleans(), st.floats(0.1, 50)),
    max_size=40,
)


@given(st.integers(1, 6), VISITORS)
def test_there_are_never_more_inside_than_places_and_in_the_end_none(
    places: int, visitors: list[tuple[float, float, bool, float]]
) -> None:
    inside: list[bool] = []

    async def visit(
        admission: Admission, after: float, stay: float, doubtful: bool, patience: float
    ) -> None:
        await asyncio.sleep(after)
        async with asyncio.timeout(patience), admission.place(doubtful):
            inside.append(doubtful)
            assert len(inside) <= places
            assert sum(inside) <= max(1, int(places * 0.75))
            try:
                await asyncio.sleep(stay)
            finally:
                inside.remove(doubtful)

    async def everybody() -> None:
        admission = Admission(places)
        visits = [visit(admission, *visitor) for visitor in visitors]
        results = await asyncio.gather(*visits, return_exceptions=True)
        assert all(
            result is None or isinstance(result, TimeoutError) for result in results
        )
        async with asyncio.timeout(1):
            for _ in range(places):
                await admission.enter(doubtful=False)

    run_virtually(everybody())


async def entered_at(places: int, *doubtful: bool) -> list[float]:
    """Give when each of some, who arrive together and stay 1 s, was let in."""
    admission = Admission(places)

    async def visit(each: bool) -> float:
        async with admission.place(each):
            at_seconds = now_seconds()
            await asyncio.sleep(1)
            return at_seconds - 1000

    return list(await asyncio.gather(*(visit(each) for each in doubtful)))


@pytest.mark.parametrize("doubtful", [False, True])
def test_who_came_first_is_let_in_first(doubtful: bool) -> None:
    assert run_virtually(entered_at(1, *[doubtful] * 4)) == [0, 1, 2, 3]


def test_the_doubtful_leave_places_to_the_others() -> None:
    line = [True] * 8 + [False] * 2
    assert run_virtually(entered_at(4, *line)) == [0, 0, 0, 1, 1, 1, 2, 2, 0, 1]


def test_the_doubtful_are_let_in_by_their_turn_however_many_others_come() -> None:
    line = [False, False, True, False, False]
    assert run_virtually(entered_at(1, *line)) == [0, 1, 2, 3, 4]


def test_a_place_that_is_given_to_one_who_leaves_goes_to_the_next() -> None:
    async def visit() -> None:
        admission = Admission(1)
        await admission.enter(doubtful=False)
        leaves = asyncio.create_task(admission.enter(doubtful=True))
        await asyncio.sleep(0)
        admission.leave(doubtful=False)
        leaves.cancel()
        async with asyncio.timeout(1):
            await admission.enter(doubtful=True)

    run_virtually(visit())
