"""In: devices that come, go, move. Out: each by its name and by its URL, as it is."""

from attrs import evolve

from collector.fake_clock import FakeClock
from collector.running import device
from picotemp.payload import Reading
from picotemp_collector.readings.directory import Directory
from picotemp_collector.readings.store import Store

ATTIC = device("attic", "http://10.0.0.7/")
TOP = device("top", "http://10.0.0.7/")
CELLAR = device("cellar", "http://10.0.0.8/")


class Told:
    """A store, its directory, and what that told."""

    def __init__(self, clock: FakeClock) -> None:
        self.store = Store([ATTIC], clock.clock, 60.0)
        self.said: list[str] = []
        self.directory = Directory(
            self.store,
            lambda url: self.said.append(f"+{url[-2]}"),
            lambda url: self.said.append(f"-{url[-2]}"),
        )


def test_devices_are_found_by_name_and_by_url(clock: FakeClock) -> None:
    directory = Told(clock).directory
    assert directory.named("attic") is directory.at(ATTIC.url) is ATTIC
    assert directory.named("cellar") is directory.at(CELLAR.url) is None


def test_a_url_goes_with_its_last_device(clock: FakeClock) -> None:
    told = Told(clock)
    told.store.follow([ATTIC, TOP])
    told.store.follow([TOP])
    assert told.directory.at(ATTIC.url) is TOP
    told.store.follow([])
    assert told.directory.at(ATTIC.url) is None
    assert told.directory.named("top") is None
    assert told.said == ["+7", "-7"]


def test_a_device_that_moves_leaves_its_url(clock: FakeClock) -> None:
    told = Told(clock)
    moved = evolve(ATTIC, url=CELLAR.url)
    told.store.follow([moved])
    assert told.directory.at(ATTIC.url) is None
    assert told.directory.at(CELLAR.url) is told.directory.named("attic") is moved
    assert told.said == ["+7", "+8", "-7"]


def test_another_setting_is_known_and_moves_nothing(clock: FakeClock) -> None:
    told = Told(clock)
    slower = evolve(ATTIC, timeout_seconds=4.0)
    told.store.follow([slower])
    assert told.directory.at(ATTIC.url) is slower
    assert told.said == ["+7"]


def test_only_who_has_a_fresh_reading_is_up(clock: FakeClock) -> None:
    told = Told(clock)
    assert not told.directory.is_up(ATTIC)
    told.store.record_reading("attic", Reading(20.0, 68.0), 0.1)
    assert told.directory.is_up(ATTIC)
    assert not told.directory.is_up(evolve(ATTIC, url="http://10.0.0.9/"))
    clock.advance(60)
    assert not told.directory.is_up(ATTIC)
