"""In: devices in every state. Out: what programs read of them."""

from collector.fake_clock import FakeClock
from collector.known import known_store
from picotemp_collector.outlets.api import describe


def test_a_device_that_is_up_has_both_units_an_age_and_its_info(
    clock: FakeClock,
) -> None:
    assert describe(known_store(clock).view("attic")) == {
        "name": "attic",
        "url": "http://127.0.0.1:1",
        "up": True,
        "reason": None,
        "detail": None,
        "celsius": 27.04,
        "fahrenheit": 80.67,
        "age_seconds": 2,
        "last_success": "2023-11-14T22:13:34.000+00:00",
        "info": {
            "id": "e66",
            "hostname": "picotemp",
            "version": "0.1.0",
            "micropython": None,
            "reset_cause": None,
            "uptime_seconds": 5,
            "wifi_rssi_dbm": -61,
            "heap_free_bytes": 120000,
        },
    }


def test_a_device_that_is_down_has_a_reason_and_no_temperature(
    clock: FakeClock,
) -> None:
    assert describe(known_store(clock).view("cellar")) == {
        "name": "cellar",
        "url": "http://127.0.0.1:1",
        "up": False,
        "reason": "refused",
        "detail": "nothing listens there",
        "age_seconds": 16,
        "last_success": "2023-11-14T22:13:20.000+00:00",
        "info": None,
    }


def test_a_stale_device_has_a_reason_and_no_temperature(clock: FakeClock) -> None:
    shown = describe(known_store(clock).view("bath"))
    assert (shown["up"], shown["reason"]) == (False, "stale")
    assert not {"celsius", "fahrenheit"} & shown.keys()


def test_a_device_that_was_never_asked_has_no_age(clock: FakeClock) -> None:
    shown = describe(known_store(clock).view("den"))
    assert (shown["age_seconds"], shown["last_success"]) == (None, None)
    assert shown["reason"] == "not_asked_yet"
