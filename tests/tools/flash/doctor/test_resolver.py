"""In: names, a resolver that may hang. Out: addresses, or none, in time."""

import threading

from picotemp_tools.flash.doctor.resolver import addresses, resolve


def test_a_name_gives_its_addresses() -> None:
    assert addresses("127.0.0.1") == ["127.0.0.1"]
    assert resolve("127.0.0.1") == ["127.0.0.1"]


def test_what_is_no_name_has_none() -> None:
    assert addresses("a" * 64 + ".local") == []


def test_a_resolver_that_hangs_is_not_waited_for() -> None:
    released = threading.Event()

    def hang(_: str) -> list[str]:
        released.wait()
        return ["10.0.0.7"]

    assert resolve("picotemp.local", 0.01, hang) == []
    released.set()
