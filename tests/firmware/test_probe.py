"""In: hosts that answer, or do not. Out: what their answers prove of the link."""

import asyncio

import pytest

from picotemp.chip import Datagrams
from picotemp.probe import MOST_REPLIES, TICK_MS, Probe

from .fake_chip import FakeChip
from .fake_sockets import FakeDatagrams
from .virtual_time import in_virtual_time

NAME_SERVER, GATEWAY = ("10.0.0.53", 53), ("10.0.0.1", 53)
Addresses = tuple[str, str, str, str]


def asked(chip: FakeChip) -> list[tuple[str, int]]:
    """Give who was asked, in order."""
    return [(address, port) for _, address, port, _ in chip.udp.sent]


def probe_for(probe: Probe, addresses: Addresses, seconds: int) -> None:
    """Begin with a link and probe it so long."""

    async def life() -> None:
        probe.begin(addresses)
        for _ in range(2 * seconds):
            await probe.poll()
            await asyncio.sleep(0.5)

    in_virtual_time(life())


@pytest.fixture
def probe(chip: FakeChip) -> Probe:
    return Probe(chip, "")


def test_a_question_is_a_whole_one_to_a_name_server(
    chip: FakeChip, probe: Probe
) -> None:
    probe_for(probe, chip.addresses_now, 21)
    questions = [payload for _, _, _, payload in chip.udp.sent]
    assert {question[2:] for question in questions} == {
        # flags; one question, nothing else; the root; A; IN
        bytes.fromhex("0000 0001 0000 0000 0000  00  0001  0001")
    }
    assert len({question[:2] for question in questions}) == len(questions) == 3


def test_w1_something_is_sent_every_10_seconds_whoever_answers(
    chip: FakeChip, probe: Probe
) -> None:
    for answers in (lambda _: True, lambda _: False):
        chip.udp.sent.clear()
        chip.udp.answers = answers
        probe_for(probe, chip.addresses_now, 100)
        times = [ms for ms, *_ in chip.udp.sent]
        assert times == list(range(0, 100_000, TICK_MS))
    assert TICK_MS == 10_000


def test_who_does_not_answer_gives_the_next_a_turn(chip: FakeChip) -> None:
    chip.udp.answers = lambda _: False
    probe = Probe(chip, "192.168.1.9:123")
    probe_for(probe, chip.addresses_now, 41)
    further = ("192.168.1.9", 123)
    assert asked(chip) == [NAME_SERVER, GATEWAY, further, NAME_SERVER, GATEWAY]
    assert not probe.is_proven
    assert not probe.has_life


def test_who_answered_is_asked_again(chip: FakeChip, probe: Probe) -> None:
    chip.udp.answers = lambda address: address == GATEWAY[0]
    probe_for(probe, chip.addresses_now, 41)
    assert asked(chip) == [NAME_SERVER, GATEWAY, GATEWAY, GATEWAY, GATEWAY]
    assert probe.is_proven
    assert probe.has_life


def test_when_who_answered_falls_silent_all_are_asked(
    chip: FakeChip, probe: Probe
) -> None:
    silences: list[int] = []
    dead: set[str] = set()
    chip.udp.answers = lambda address: (
        (address == NAME_SERVER[0] and NAME_SERVER[0] not in dead)
        or (address == GATEWAY[0] and bool(dead))
    )

    async def life() -> None:
        probe.begin(chip.addresses_now)
        for number in range(200):
            if number == 30:
                dead.add(NAME_SERVER[0])
            await probe.poll()
            silences.append(probe.unanswered)
            await asyncio.sleep(0.5)

    in_virtual_time(life())
    assert asked(chip)[:7] == [NAME_SERVER] * 4 + [NAME_SERVER, GATEWAY, GATEWAY]
    assert max(silences) <= 3


@pytest.mark.parametrize(
    ("addresses", "further", "expected"),
    [
        (("10.0.0.7", "", "10.0.0.1", "10.0.0.1"), "", [GATEWAY]),
        (("10.0.0.7", "", "0.0.0.0", "0.0.0.0"), "", []),
        (("10.0.0.7", "", "", "10.0.0.7"), "10.0.0.7", []),
        (("10.0.0.7", "", "0.0.0.0", ""), "10.0.0.1", [GATEWAY]),
        (("10.0.0.7", "", "10.0.0.1", ""), "10.0.0.1:53", [GATEWAY]),
        (
            ("10.0.0.7", "", "10.0.0.1", ""),
            "10.0.0.1:7",
            [GATEWAY, ("10.0.0.1", 7)],
        ),
    ],
)
def test_w8_only_hosts_given_by_numbers_are_asked_each_once(
    chip: FakeChip, addresses: Addresses, further: str, expected: list[tuple[str, int]]
) -> None:
    chip.udp.answers = lambda _: False
    probe_for(Probe(chip, further), addresses, 10 * max(len(expected), 1))
    assert asked(chip) == expected


def test_a_stranger_proves_nothing(chip: FakeChip, probe: Probe) -> None:
    class Strangers(FakeDatagrams):
        def receive(self) -> str:
            return "10.0.0.66"

    chip.udp = Strangers()
    probe_for(probe, chip.addresses_now, 20)
    assert not probe.is_proven
    assert not probe.has_life


def test_a_new_link_has_to_prove_itself_anew(chip: FakeChip, probe: Probe) -> None:
    probe_for(probe, chip.addresses_now, 20)
    assert probe.is_proven
    chip.udp.answers = lambda _: False
    probe_for(probe, chip.addresses_now, 20)
    assert not probe.is_proven
    assert not probe.has_life


def test_a_reply_to_the_link_before_proves_nothing(
    chip: FakeChip, probe: Probe
) -> None:
    async def life() -> None:
        probe.begin(chip.addresses_now)
        await probe.poll()  # its reply is there, and not yet taken
        chip.udp.answers = lambda _: False
        probe.begin(chip.addresses_now)
        await probe.poll()

    in_virtual_time(life())
    assert not probe.is_proven


def test_a_request_is_life_but_proves_no_host(chip: FakeChip, probe: Probe) -> None:
    chip.udp.answers = lambda _: False

    async def life() -> None:
        probe.begin(chip.addresses_now)
        await probe.poll()
        assert probe.unanswered == 1
        probe.note_life()
        assert probe.unanswered == 0

    in_virtual_time(life())
    assert probe.has_life
    assert not probe.is_proven


def test_a_network_that_cannot_be_sent_to_is_silent(
    chip: FakeChip, probe: Probe
) -> None:
    def refuse(_: str) -> bool:
        raise OSError(113)

    chip.udp.answers = refuse
    probe_for(probe, chip.addresses_now, 30)
    assert len(chip.udp.sent) == 3


def test_one_socket_is_opened_when_one_can_be(chip: FakeChip, probe: Probe) -> None:
    opened: list[Datagrams] = []

    def open_late() -> Datagrams:
        if len(opened) < 2:
            opened.append(chip.udp)
            raise OSError(12)
        opened.append(chip.udp)
        return chip.udp

    chip.datagrams = open_late  # type: ignore[method-assign]
    for _ in range(2):
        probe_for(probe, chip.addresses_now, 50)
    assert len(opened) == 3
    assert probe.is_proven


def test_a_flood_does_not_keep_the_loop(chip: FakeChip, probe: Probe) -> None:
    taken: list[str] = []

    class Flood(FakeDatagrams):
        def receive(self) -> str:
            taken.append(GATEWAY[0])
            return GATEWAY[0]

    chip.udp = Flood()
    probe_for(probe, chip.addresses_now, 1)
    assert len(taken) <= 2 * MOST_REPLIES


def test_the_loop_has_a_turn_after_each_question(chip: FakeChip, probe: Probe) -> None:
    sent_at_turns: list[int] = []

    async def count() -> None:
        while True:
            sent_at_turns.append(len(chip.udp.sent))
            await asyncio.sleep(0)

    async def life() -> None:
        probe.begin(chip.addresses_now)
        await probe.poll()
        await asyncio.sleep(40)
        chip.udp.answers = lambda _: False
        await probe.poll()  # takes the reply: from here on it is silent
        await asyncio.sleep(40)
        await probe.poll()
        await asyncio.sleep(40)
        counting = asyncio.create_task(count())
        await asyncio.sleep(0)
        await probe.poll()
        counting.cancel()

    in_virtual_time(life())
    assert sent_at_turns == [3, 4, 5]
