"""In: what boards print and answer after a reset. Out: up, with notes, or why not."""

from collections.abc import Mapping

import pytest

from picotemp_tools.flash.errors import FlashError, Kind
from picotemp_tools.flash.watch.arrival import DOCTOR, Arrival, wait_until_up
from picotemp_tools.flash.watch.http_answer import NoAnswerError, Why
from picotemp_tools.flash.watch.serial_log import Mark
from picotemp_tools.flash.watch.start import MISSED_SECONDS
from tools.flash.watch.fake_log import FakeLog, Script

NEW = "1.2.3"
ADDRESS = "10.0.0.7"
SET = "picotemp-flash settings set"
STARTED = f"started reset_cause=intended version={NEW}"
BANNER = "MicroPython v1.28.0 on 2026-04-06; Raspberry Pi Pico W with RP2040"
ON: Script = [(1.0, STARTED), (2.0, "listening port=80")]
JOINED: Script = [*ON, (5.0, f"joined address={ADDRESS}")]
SILENT = NoAnswerError(Why.SILENT, "timed out")


class FakeHttp:
    """What is answered, one after the other; the last one for ever."""

    def __init__(self, *answers: str | NoAnswerError) -> None:
        self.answers = list(answers)
        self.asked: list[tuple[str, int]] = []

    def __call__(self, address: str, port: int) -> Mapping[str, object]:
        self.asked.append((address, port))
        answer = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
        if isinstance(answer, NoAnswerError):
            raise answer
        return {"version": answer}


def arrival_of(log: FakeLog, *answers: str | NoAnswerError) -> Arrival:
    return wait_until_up(log, NEW, FakeHttp(*(answers or (NEW,))), log.clock)


def why_not(log: FakeLog, *answers: str | NoAnswerError) -> str:
    with pytest.raises(FlashError) as caught:
        arrival_of(log, *answers)
    assert caught.value.kind is Kind.DID_NOT_COME_UP
    return str(caught.value).removeprefix(f"version {NEW} did not come up: ")


def test_a_board_that_says_its_name_on_both_ways_is_up_at_once() -> None:
    log = FakeLog(JOINED)
    assert arrival_of(log) == Arrival(NEW, ADDRESS, 80)
    assert log.waited_seconds == 5


def test_it_is_asked_once_a_second_until_it_answers() -> None:
    log, http = FakeLog(JOINED), FakeHttp(SILENT, SILENT, NEW)
    assert wait_until_up(log, NEW, http, log.clock).address is not None
    assert http.asked == [(ADDRESS, 80)] * 3
    assert log.waited_seconds == 7


def test_a_name_on_serial_alone_is_not_enough() -> None:
    log = FakeLog([*JOINED, (9.0, "link_lost reason=down")])
    assert arrival_of(log, SILENT).notes == ("it has not joined a network yet", DOCTOR)
    assert log.waited_seconds == 60


@pytest.mark.parametrize(
    ("reason", "note"),
    [
        ("wrong_password", f"the Wi-Fi password is wrong: {SET} password"),
        (
            "network_not_found",
            f"there is no network of the name in its settings: {SET} ssid",
        ),
        ("no_address", "the network gives it no address"),
        ("driver_error", "it does not join the network (driver_error)"),
    ],
)
def test_a_board_that_cannot_join_is_up_and_the_reason_is_told(
    reason: str, note: str
) -> None:
    failed = f"join_failed reason={reason} times="
    log = FakeLog([*ON, (8.0, f"{failed}1"), (12.0, f"{failed}2")])
    assert arrival_of(log) == Arrival(NEW, None, 80, (note, DOCTOR))
    assert log.waited_seconds == 12


def test_a_board_that_joins_at_the_second_try_has_joined() -> None:
    failed = (4.0, "join_failed reason=connect_failed times=1")
    assert arrival_of(FakeLog([*ON, failed, JOINED[2]])) == Arrival(NEW, ADDRESS, 80)


def test_one_failure_to_join_is_told_when_the_time_is_over() -> None:
    log = FakeLog([*ON, (30.0, "join_failed reason=no_address times=1")])
    assert arrival_of(log).notes == ("the network gives it no address", DOCTOR)
    assert log.waited_seconds == 60


def test_settings_that_cannot_be_used_are_no_fault_of_the_program() -> None:
    bad = 'settings_unusable problem="ssid: expected text"'
    log = FakeLog([(1.0, STARTED), (1.0, bad), (1.0, "settings_unusable mend=x")])
    note = "it cannot use its settings: ssid: expected text"
    assert arrival_of(log) == Arrival(NEW, None, None, (note,))


def test_what_else_is_wrong_with_a_board_that_is_up_is_told() -> None:
    last_good = (1.0, "settings_last_good_used problem=broken")
    sensor = (1.5, "sensor_refused reason=stuck")
    assert arrival_of(FakeLog([JOINED[0], last_good, sensor, *JOINED[1:]])).notes == (
        "it uses the last good settings, not these: broken",
        "it has no temperature: stuck",
    )


@pytest.mark.parametrize("why", [Why.SILENT, Why.BUSY])
def test_a_board_that_only_this_machine_does_not_reach_is_up_once_it_says_so(
    why: Why,
) -> None:
    log = FakeLog([*JOINED, (63.0, "healthy")])
    note = f"this machine does not reach http://{ADDRESS}/ (timed out)"
    no_answer = NoAnswerError(why, "timed out")
    assert arrival_of(log, no_answer) == Arrival(NEW, ADDRESS, 80, (note, DOCTOR))
    assert log.waited_seconds == 63


def test_a_board_that_nobody_reaches_and_that_is_not_healthy_is_not_up() -> None:
    log = FakeLog(JOINED)
    reason = f"it has joined as {ADDRESS}, but HTTP: timed out"
    assert why_not(log, SILENT) == reason
    assert log.waited_seconds == 75


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        ("1.2.2", "it answers as version 1.2.2"),
        (NoAnswerError(Why.NOT_OURS, "status 404"), "status 404"),
        (NoAnswerError(Why.TROUBLE, "recovery"), "recovery"),
    ],
)
def test_a_board_that_answers_wrongly_to_the_end_is_not_up_however_healthy(
    answer: str | NoAnswerError, said: str
) -> None:
    log = FakeLog([*JOINED, (59.0, "healthy")])
    reason = f"it has joined as {ADDRESS}, but HTTP: {said}"
    assert why_not(log, answer) == reason
    assert log.waited_seconds == 60


@pytest.mark.parametrize(
    ("event", "reason"),
    [
        ("started version=1.2.2", "the board runs version 1.2.2"),
        ("ended error=\"ImportError('no\\nmodule',)\"", "ImportError('no module',)"),
        ("recovery", "the board is in recovery, it ended too early too often"),
    ],
)
def test_what_shows_that_the_program_fails_ends_the_wait(
    event: str, reason: str
) -> None:
    log = FakeLog([*ON, (3.0, event)])
    assert why_not(log) == reason
    assert log.waited_seconds == 3


def test_a_board_that_starts_again_and_again_is_not_up() -> None:
    again = f"started reset_cause=watchdog version={NEW}"
    log = FakeLog([*ON, (8.0, again), (9.0, again), (9.0, f"joined address={ADDRESS}")])
    reason = "it starts again and again (reset cause: watchdog)"
    assert why_not(log) == reason


def test_a_board_whose_port_goes_after_its_start_is_not_up() -> None:
    gone: Script = [(3.0, Mark.GONE), (3.5, Mark.BACK)]
    again: Script = [(4.0, STARTED), (5.0, Mark.GONE), (6.0, Mark.BACK)]
    log = FakeLog([*ON, *gone, *again])
    assert why_not(log) == "it was reset, or unplugged, after it had started"


def test_one_reset_by_somebody_is_borne() -> None:
    gone: Script = [(6.0, Mark.GONE), (7.0, Mark.BACK)]
    assert arrival_of(FakeLog([*ON, *gone, *JOINED])) == Arrival(NEW, ADDRESS, 80)
    pressed: Script = [(6.0, f"started reset_cause=power version={NEW}")]
    assert arrival_of(FakeLog([*ON, *pressed, *JOINED[1:]])).address == ADDRESS


@pytest.mark.parametrize("before", [[], ON])
def test_a_board_left_in_the_repl_is_not_up_and_its_last_words_are_told(
    before: Script,
) -> None:
    trace = "Traceback (most recent call last):", "  File x", "ValueError: no"
    words = [*trace, BANNER, 'Type "help()" for more information.']
    log = FakeLog([*before, *((3.0, word) for word in words)])
    assert why_not(log) == "ValueError: no"
    assert log.waited_seconds == 13


def test_the_repl_that_shows_while_a_board_is_told_to_reset_does_no_harm() -> None:
    echo = ">>> import machine; machine.reset()"
    log = FakeLog([(0.0, BANNER), (0.1, echo), *JOINED])
    assert arrival_of(log).address is not None
    log = FakeLog([(0.0, BANNER), (0.1, Mark.GONE), (9.0, Mark.BACK), (10.0, STARTED)])
    assert arrival_of(log).address is None


def test_a_start_that_was_missed_is_seen_after_one_restart() -> None:
    log = FakeLog([], restarted=[(0.5, BANNER), (0.6, "MPY: soft reboot"), *JOINED])
    assert arrival_of(log).address is not None
    assert log.restarts == [MISSED_SECONDS]


def test_a_line_of_the_program_shows_that_its_start_was_missed() -> None:
    log = FakeLog([(3.0, "joining ssid=net")], restarted=JOINED)
    assert arrival_of(log).address is not None
    assert log.restarts == [3]


def test_the_start_of_the_restart_is_no_second_one() -> None:
    log = FakeLog([], restarted=[(0.0, STARTED), *JOINED])
    assert arrival_of(log).address is not None
    starts = [(0.0, STARTED), *ON, (3.0, STARTED), (4.0, STARTED)]
    third = FakeLog([], restarted=starts)
    assert why_not(third).startswith("it starts again")


@pytest.mark.parametrize("is_open", [True, False])
def test_a_board_that_says_nothing_is_not_up(is_open: bool) -> None:
    log = FakeLog([], is_open=is_open)
    assert why_not(log) == "nothing on the serial port"
    assert log.restarts == ([MISSED_SECONDS] if is_open else [])


def test_a_board_that_never_starts_is_not_up_and_its_last_words_are_told() -> None:
    log = FakeLog([(2.0, "ImportError('x',)")], is_open=False)
    assert why_not(log) == "the last line was: ImportError('x',)"
    assert log.waited_seconds == 60
