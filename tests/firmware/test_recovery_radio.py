"""In: a driver that fails in every way. Out: a recovery that goes on and joins."""

import asyncio
from pathlib import Path

import pytest

from picotemp.recovery import JOIN_SECONDS, RECOVERY_SECONDS

from .conftest import checked
from .rescued import SETTINGS, Rescue

STATIC: dict[str, object] = {"address": "10.0.0.9", "gateway": "10.0.0.1"}
RADIO = ("radio_on", "radio_off", "set_addresses", "join", "leave")


@pytest.fixture
def rescue(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Rescue:
    return Rescue(tmp_path, monkeypatch)


def test_w5_it_joins_in_the_order_that_the_driver_asks_for(rescue: Rescue) -> None:
    rescue.live()
    calls = [call[1:] for call in rescue.chip.calls if call[1] in RADIO]
    assert calls == [
        ("radio_on", ("XX", "picotemp")),
        ("leave", ()),
        ("join", ("attic", "the secret word")),
    ]


@pytest.mark.parametrize("error", [OSError(1), ValueError("x"), MemoryError()])
def test_a_driver_that_fails_is_tried_again(rescue: Rescue, error: Exception) -> None:
    def status(_: int) -> int:
        raise error

    rescue.chip.status = status
    rescue.live()
    assert len(rescue.chip.times_of("join")) >= RECOVERY_SECONDS // JOIN_SECONDS


@pytest.mark.parametrize("error", [OSError(1), RuntimeError("x")])
@pytest.mark.parametrize("call", RADIO)
def test_no_call_of_the_driver_that_always_fails_ends_the_recovery(
    rescue: Rescue, monkeypatch: pytest.MonkeyPatch, call: str, error: Exception
) -> None:
    def fail(*_: object) -> None:
        raise error

    rescue.settings = checked(SETTINGS | STATIC)
    rescue.chip.status = lambda _: 0
    monkeypatch.setattr(rescue.chip, call, fail)

    async def story() -> None:
        await asyncio.sleep(RECOVERY_SECONDS - 30)
        assert (await rescue.ask("GET /info")).status == 200

    rescue.live(story)
    assert rescue.bite_ms() is None


def test_after_three_joins_in_vain_the_radio_is_switched_off_and_on(
    rescue: Rescue,
) -> None:
    rescue.chip.status = lambda _: 1
    rescue.live()
    calls = [call[1] for call in rescue.chip.calls if call[1] in RADIO]
    round_of_three = ["radio_on", *["leave", "join"] * 3]
    assert calls[:15] == [*round_of_three, "radio_off", *round_of_three]
    assert rescue.chip.times_of("radio_off")[0] == 3 * JOIN_SECONDS * 1000


def test_a_static_address_is_taken(rescue: Rescue) -> None:
    rescue.settings = checked(SETTINGS | STATIC)
    rescue.live()
    [set_addresses] = [c[2] for c in rescue.chip.calls if c[1] == "set_addresses"]
    assert set_addresses == ("10.0.0.9", "255.255.255.0", "10.0.0.1", "10.0.0.1")


@pytest.mark.parametrize("status", [1, 2, 0, -1, -2, -3])
def test_w2_a_link_that_does_not_come_is_left_and_joined_again(
    rescue: Rescue, status: int
) -> None:
    rescue.chip.status = lambda _: status
    rescue.live()
    joins = rescue.chip.times_of("join")
    expected = list(range(0, RECOVERY_SECONDS * 1000 + 1, JOIN_SECONDS * 1000))
    assert joins in (expected, expected[:-1])
    assert rescue.chip.times_of("leave") == joins
    # The watchdog guards the program, never the network.
    assert rescue.bite_ms() is None
