"""In: devices that come, change and go. Out: the lines of those that are there."""

import math

from hypothesis import given
from hypothesis import strategies as st

from picotemp_collector.metrics.deadlines import Deadlines
from picotemp_collector.metrics.slots import Slots

names = st.sampled_from("abcde")
steps = st.lists(st.tuples(names, st.none() | st.integers(0, 9)))
moments = st.floats(0, 100) | st.just(math.inf)


@given(steps)
def test_every_family_has_the_last_lines_of_each_device_and_no_others(
    steps: list[tuple[str, int | None]],
) -> None:
    slots, known = Slots(2), dict[str, int]()
    for name, value in steps:
        if value is not None:
            slots.put(name, [f"1{name}{value}\n", f"2{name}{value}\n"])
            known[name] = value
        elif name in known:
            slots.remove(name)
            del known[name]
    text = slots.join([b"first\n", b"second\n"], b"end\n").decode()
    first, second = text.removeprefix("first\n").removesuffix("end\n").split("second\n")
    assert sorted(first.split()) == sorted(f"1{n}{v}" for n, v in known.items())
    assert sorted(second.split()) == sorted(f"2{n}{v}" for n, v in known.items())


def test_a_lone_surrogate_costs_itself_alone() -> None:
    slots = Slots(1)
    slots.put("a", ["ä\ud800\n"])
    slots.put("b", ["b\n"])
    assert slots.join([b""], b"").decode() == "ä?\nb\n"


@given(st.lists(st.tuples(names, st.none() | moments)), st.lists(moments))
def test_those_whose_deadline_has_passed_are_told_and_no_others(
    steps: list[tuple[str, float | None]], looks: list[float]
) -> None:
    deadlines, known = Deadlines(), dict[str, float]()
    for position, (name, at_seconds) in enumerate(steps):
        if at_seconds is not None:
            deadlines.set(name, at_seconds)
            known[name] = at_seconds
        elif name in known:
            deadlines.remove(name)
            del known[name]
        for now_seconds in looks[position : position + 1]:
            passed = {name for name, at in known.items() if at < now_seconds}
            assert set(deadlines.passed(now_seconds)) == passed
