"""In: one thing that is wrong, cable to clock. Out: the doctor's exit code names it.

test_doctor_on_board.py has a real board.
"""

from copy import deepcopy
from pathlib import Path

import pytest

from picotemp_tools.flash.doctor import finding
from picotemp_tools.flash.doctor.chart import CHECKS
from picotemp_tools.flash.doctor.doctor import examine
from picotemp_tools.flash.doctor.finding import State, as_json, as_text, exit_code
from picotemp_tools.flash.errors import Kind
from picotemp_tools.flash.watch.http_answer import NoAnswerError, Why
from tools.flash.doctor.ailments import AILMENTS, put_bootloader, twice
from tools.flash.doctor.fake_patient import (
    PASSWORD,
    PROGRAM,
    READING,
    SETTINGS,
    STARTED,
    Patient,
    patient_at,
    states,
)
from tools.flash.fake_board import lost
from tools.flash.planning.model_board import program_of
from tools.flash.watch.fake_log import FakeLog

JOIN_GROUP = "sudo usermod -aG uucp ada; then log out and in again"


@pytest.fixture
def patient(tmp_path: Path) -> Patient:
    return patient_at(tmp_path)


@pytest.mark.parametrize("ailment", AILMENTS)
def test_the_first_thing_that_is_wrong_is_named(ailment: str, patient: Patient) -> None:
    spoil, check, code = AILMENTS[ailment]
    spoil(patient)
    findings = examine(patient.around())
    wrong = [(it.check, it.kind) for it in findings if it.state is State.WRONG]
    assert wrong == [(check, Kind(code))]
    assert exit_code(findings) == code
    assert [it.check for it in findings] == [*CHECKS]
    assert all(it.detail and it.remedy for it in findings if it.kind)
    assert PASSWORD not in as_text(findings) + str(as_json(findings))


def test_every_kind_that_a_doctor_can_meet_is_met() -> None:
    met = {code for _, _, code in AILMENTS.values()}
    elsewhere = {Kind.BAD_UF2, Kind.INTERRUPTED, Kind.NOT_AGREED}
    assert met == set(Kind) - elsewhere


def test_where_all_is_well_each_check_says_what_it_saw(patient: Patient) -> None:
    findings = examine(patient.around())
    assert exit_code(findings) == 0
    assert {it.check: it.detail for it in findings} == {
        "port": "/dev/ttyACM0 (MicroPython, serial number e661a4)",
        "permission": "this user may open it",
        "use": "no other program holds it",
        "mode": "not in bootloader mode",
        "micropython": "it answers",
        "board": "Raspberry Pi Pico W with RP2040",
        "version": "MicroPython 1.29.0",
        "filesystem": "it can be read",
        "space": "500 KiB are free",
        "program": "picotemp 1.2.3, whole",
        "settings": "they are good",
        "start": "picotemp 1.2.3",
        "wi-fi": "it has joined the network",
        "address": "10.0.0.7",
        "hostname": "picotemp.local is 10.0.0.7",
        "http": "http://10.0.0.7 answers",
        "reading": "27.04 °C from http://10.0.0.7",
        "clock": "2026-12-24 18:30 UTC",
    }


def test_what_makes_no_sense_any_more_is_skipped_and_the_clock_is_looked_at(
    patient: Patient,
) -> None:
    patient.says(*twice("wrong_password"))
    assert [it.state for it in examine(patient.around())] == [
        *(12 * [State.OK]),
        State.WRONG,
        *(4 * [State.SKIPPED]),
        State.OK,
    ]


def test_a_board_of_which_there_is_but_a_drive_has_no_port_to_be_tried(
    patient: Patient,
) -> None:
    put_bootloader(patient)
    found = states(examine(patient.around()))
    assert (found["port"], found["permission"], found["use"], found["mode"]) == (
        State.OK,
        State.SKIPPED,
        State.SKIPPED,
        State.WRONG,
    )


def test_a_name_that_does_not_resolve_and_a_full_flash_stop_nothing(
    patient: Patient,
) -> None:
    patient.resolved.clear()
    patient.board.free_bytes = 0
    findings = examine(patient.around())
    wrong = [it.check for it in findings if it.state is not State.OK]
    assert wrong == ["space", "hostname"]
    assert findings[-2].detail == "27.04 °C from http://10.0.0.7"
    assert exit_code(findings) == Kind.FILESYSTEM_FULL


@pytest.mark.parametrize("ailment", AILMENTS)
def test_whatever_is_wrong_the_program_runs_again_and_nothing_is_written(
    ailment: str, patient: Patient
) -> None:
    AILMENTS[ailment][0](patient)
    before = deepcopy(patient.board.model)
    examine(patient.around())
    assert patient.board.resets == patient.board.sessions
    assert patient.board.model == before


def test_a_board_that_goes_in_the_middle_is_said_to_be_gone(patient: Patient) -> None:
    patient.board.fails_at = {2: lost()}
    findings = examine(patient.around())
    assert exit_code(findings) == Kind.NO_PORT
    assert states(findings)["filesystem"] is State.WRONG
    assert patient.board.resets == 1


def test_ctrl_c_in_the_middle_leaves_a_board_that_serves(patient: Patient) -> None:
    patient.board.fails_at = {2: KeyboardInterrupt()}
    with pytest.raises(KeyboardInterrupt):
        examine(patient.around())
    assert (patient.board.sessions, patient.board.resets) == (1, 1)


def test_each_finding_is_told_as_it_comes(patient: Patient) -> None:
    told: list[finding.Finding] = []
    patient.board.fails_at = {2: KeyboardInterrupt()}
    with pytest.raises(KeyboardInterrupt):
        examine(patient.around(), told.append)
    assert [it.check for it in told] == [*CHECKS[: CHECKS.index("filesystem")]]


@pytest.mark.parametrize(
    ("ailment", "detail", "remedy"),
    [
        ("no right", "group uucp may open /dev/ttyACM0, ada is not in it", JOIN_GROUP),
        ("a terminal holds it", "minicom (process 4711) uses /dev/ttyACM0", "close it"),
        (
            "damaged",
            "the board's filesystem cannot be read: the board cannot look: OSError: 5",
            "erase it: picotemp-flash erase",
        ),
        (
            "bad settings",
            (
                "the board's settings are bad: country: expected two capital letters, "
                "say DE"
            ),
            "picotemp-flash settings edit, or picotemp-flash restore FILE",
        ),
        (
            "two of a name",
            "picotemp.local is 10.0.0.8, but the board is 10.0.0.7",
            (
                "another board has this hostname, or had it a moment ago; each needs "
                "its own: picotemp-flash settings set hostname=NAME"
            ),
        ),
        (
            "a broken sensor",
            'the board serves no reading, it says "stuck"',
            (
                "picotemp-flash reset; if it stays so: picotemp-flash settings edit, "
                "and look at vref_volts, gain and offset_celsius"
            ),
        ),
    ],
)
def test_cause_and_remedy_are_exact(
    ailment: str, detail: str, remedy: str, patient: Patient
) -> None:
    AILMENTS[ailment][0](patient)
    findings = examine(patient.around())
    assert [(it.detail, it.remedy) for it in findings if it.kind] == [(detail, remedy)]


def test_another_program_on_the_board_is_told_where_ours_does_not_start(
    patient: Patient,
) -> None:
    patient.board.put("/main.py", b"blink()")
    patient.says("blinking")
    found = {it.check: it.detail for it in examine(patient.around())}
    assert found["program"] == "picotemp 1.2.3, whole; /main.py is not picotemp's"
    assert found["start"] == (
        "the program has not started within 60 s; the board's main.py is not picotemp's"
    )


def test_an_older_program_is_no_fault(patient: Patient) -> None:
    older = program_of({"picotemp/app.mpy": b"old"})
    patient.board.remove(f"/app/{PROGRAM.folder}")
    patient.board.model.put_program(dict(older.files), f"/app/{older.folder}")
    patient.board.put("/app/current", older.folder.encode())
    findings = examine(patient.around())
    assert exit_code(findings) == 0
    assert findings[CHECKS.index("program")].detail == (
        "another one than this tool's 1.2.3; picotemp-flash updates it"
    )


def test_a_plain_copy_is_a_program_too(patient: Patient) -> None:
    patient.board.remove("/app")
    patient.board.put("/picotemp/app.py", b"app")
    patient.board.model.folders -= {"/app"}
    findings = examine(patient.around())
    assert findings[CHECKS.index("program")].detail == "a plain copy in /picotemp"


def test_a_listener_and_a_sensor_that_come_late_are_waited_for(
    patient: Patient,
) -> None:
    refused = NoAnswerError(Why.SILENT, "refused")
    patient.answers = [refused, NoAnswerError(Why.TROUBLE, "not read yet"), READING]
    assert exit_code(examine(patient.around())) == 0
    assert patient.slept_seconds == [1.0, 1.0]


def test_a_board_is_asked_at_the_port_it_listens_at_else_that_of_its_settings(
    patient: Patient,
) -> None:
    patient.board.put_settings(SETTINGS | {"port": 8080})
    patient.log = FakeLog([(0, STARTED), (1, "joined address=10.0.0.7")])
    findings = examine(patient.around())
    assert patient.asked == [("10.0.0.7", 8080)]
    assert findings[-2].detail == "27.04 °C from http://10.0.0.7:8080"
