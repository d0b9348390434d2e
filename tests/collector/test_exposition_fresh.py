"""In: polls that end, or never do, and time. Out: the text as it is true at each."""

import asyncio

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from collector.exposed import expositions, of, samples_of, temperatures, text_of
from collector.fake_clock import FakeClock
from collector.known import known_store
from collector.running import device
from picotemp.payload import Reading
from picotemp_collector.errors import Failure, FailureReason
from picotemp_collector.metrics import device_lines, line
from picotemp_collector.metrics.format import Format
from picotemp_collector.readings.info import DeviceInfo
from picotemp_collector.readings.store import Store
from picotemp_collector.readings.view import View

READING = Reading(20.0, 68.0)
REFUSED = Failure(FailureReason.REFUSED, "nothing listens there")
STEPS = ("reading", "failure", "info")
histories = st.lists(
    st.tuples(st.sampled_from("ab"), st.sampled_from(STEPS), st.floats(0, 20))
)


def record(store: Store, name: str, what: str) -> None:
    if what == "reading":
        store.record_reading(name, READING, 0.5)
    elif what == "failure":
        store.record_failure(name, REFUSED, 0.5)
    else:
        store.record_info(name, DeviceInfo(id="e66"))


async def test_a_poll_that_fails_takes_the_temperature_away_at_once(
    clock: FakeClock,
) -> None:
    store = known_store(clock)
    text = expositions(store, clock)[Format.TEXT]
    assert temperatures(samples_of((await text.plain()).decode())) == {"attic"}
    store.record_failure("attic", REFUSED, 0.1)
    samples = samples_of((await text.plain()).decode())
    assert temperatures(samples) == set()
    assert samples[of("pico_up", "attic")] == 0


@pytest.mark.parametrize("text_format", list(Format))
async def test_a_stale_reading_is_gone_although_no_poll_ended(
    clock: FakeClock, text_format: Format
) -> None:
    # The reading is two seconds old and is fresh for 13.5.
    text = expositions(known_store(clock), clock)[text_format]
    clock.advance(11.5)
    samples = samples_of((await text.plain()).decode(), text_format)
    assert temperatures(samples) == {"attic"}
    clock.advance(0.001)
    samples = samples_of((await text.plain()).decode(), text_format)
    assert temperatures(samples) == set()
    assert samples[of("pico_up", "attic")] == 0
    assert samples[of("pico_polls_total", "attic")] == 1
    assert of("pico_poll_duration_seconds", "attic") not in samples
    assert of("pico_uptime_seconds", "attic") not in samples


async def test_stale_info_is_gone_while_the_reading_stays(clock: FakeClock) -> None:
    store = known_store(clock)
    text = expositions(store, clock)[Format.TEXT]
    clock.advance(121.5)
    store.record_reading("attic", READING, 0.1)
    assert of("pico_uptime_seconds", "attic") in samples_of(
        (await text.plain()).decode()
    )
    clock.advance(1)
    samples = samples_of((await text.plain()).decode())
    assert temperatures(samples) == {"attic"}
    assert of("pico_uptime_seconds", "attic") not in samples


async def test_a_fleet_that_goes_stale_at_once_is_all_gone(clock: FakeClock) -> None:
    names = [f"device-{number}" for number in range(3 * device_lines.BATCH)]
    store = Store([device(name) for name in names], clock.clock, 60.0)
    text = expositions(store, clock)[Format.TEXT]
    for name in names:
        store.record_reading(name, READING, 0.1)
    assert temperatures(samples_of((await text.plain()).decode())) == set(names)
    clock.advance(14)
    turns: list[None] = []
    others = asyncio.create_task(take_turns(turns))
    assert temperatures(samples_of((await text.plain()).decode())) == set()
    others.cancel()
    # It did not happen in one go.
    assert len(turns) >= 3


async def take_turns(turns: list[None]) -> None:
    while True:
        turns.append(None)
        await asyncio.sleep(0)


async def test_devices_of_a_new_configuration_come_and_go_at_the_next_scrape(
    clock: FakeClock,
) -> None:
    store = Store([device(name) for name in "abce"], clock.clock, 60.0)
    text = expositions(store, clock)[Format.TEXT]
    for name in "abce":
        store.record_reading(name, READING, 0.1)
    store.follow([device("d"), device("a"), device("b", "http://127.0.0.1:2")])
    samples = samples_of((await text.plain()).decode())
    assert temperatures(samples) == {"a"}
    assert {key: value for key, value in samples.items() if key[0] == "pico_up"} == {
        of("pico_up", "a"): 1,
        of("pico_up", "b"): 0,
        of("pico_up", "d"): 0,
    }


@given(histories)
async def test_after_any_history_it_is_as_if_rendered_anew(
    steps: list[tuple[str, str, float]],
) -> None:
    clock = FakeClock()
    store = Store([device("a"), device("b", timeout_seconds=1)], clock.clock, 6.0)
    text = expositions(store, clock)[Format.TEXT]
    for name, what, then_seconds in steps:
        record(store, name, what)
        clock.advance(then_seconds)
        assert (await text.plain()).decode() == await text_of(store, clock)
        for view in store.views():
            samples = samples_of((await text.plain()).decode())
            assert samples[of("pico_up", view.device.name)] == view.up
            assert (view.device.name in temperatures(samples)) is view.up


async def test_only_a_device_that_changes_is_rendered(
    clock: FakeClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    rendered: list[str] = []

    def render(view: View) -> list[str]:
        rendered.append(view.device.name)
        return line.device_lines(view)

    monkeypatch.setattr(f"{device_lines.__name__}.device_lines", render)
    store = known_store(clock)
    text = expositions(store, clock)[Format.TEXT]
    rendered.clear()
    store.record_reading("bath", READING, 0.1)
    assert rendered == ["bath"]
    await text.plain()
    assert await text.plain() is await text.plain()
    assert rendered == ["bath"]


def test_a_view_holds_until_the_first_thing_of_it_is_too_old(clock: FakeClock) -> None:
    store = known_store(clock)
    holds = {view.device.name: view.holds_until_seconds for view in store.views()}
    assert holds == {
        "attic": 1014 + 13.5,
        "bath": float("inf"),
        "cellar": 1014 + 13.5,
        "den": float("inf"),
    }
    short = attrs.evolve(store.view("attic").device, name="short", interval_seconds=60)
    store = Store([short], clock.clock, 5.0)
    store.record_reading("short", READING, 0.1)
    store.record_info("short", DeviceInfo())
    assert store.view("short").holds_until_seconds == clock.now_seconds + 13.5
