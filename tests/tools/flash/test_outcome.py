"""In: what came of a flash. Out: it is told truly, to people and programs."""

import pytest

from picotemp.payload import Reading
from picotemp_tools.flash import flash_command
from picotemp_tools.flash.flashing import FLASHED, PLANNED, UP_TO_DATE, Outcome
from picotemp_tools.flash.planning.plan import plan
from picotemp_tools.flash.planning.snapshot import Snapshot
from picotemp_tools.flash.telling import Telling
from picotemp_tools.flash.watch import http_answer
from picotemp_tools.flash.watch.arrival import Arrival
from picotemp_tools.flash.watch.http_answer import NoAnswerError, Why
from tools.flash.planning.model_board import program_of

PLAN = plan(program_of({"picotemp/app.mpy": b"new"}), Snapshot(free_bytes=800_000))
JOINED = Arrival("1.2.3", "10.0.0.7", 80)
READING = Reading(27.04, 80.68)


def said_of(
    outcome: Outcome,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    answer: Reading | NoAnswerError = READING,
) -> list[str]:
    def reading(address: str, port: int) -> Reading:
        assert (address, port) == ("10.0.0.7", 80)
        if isinstance(answer, NoAnswerError):
            raise answer
        return answer

    monkeypatch.setattr(http_answer, "reading", reading)
    flash_command._tell(outcome, flash_command._read(outcome), Telling())
    return capsys.readouterr().out.splitlines()


def test_a_board_serves_where_it_was_asked_and_answered(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    outcome = Outcome(FLASHED, "1.2.3", PLAN, 9, JOINED)
    said = said_of(outcome, capsys, monkeypatch)
    assert said == ["picotemp 1.2.3 serves 27.04 °C at http://10.0.0.7/"]


def test_where_nothing_answers_it_is_never_said_to_serve(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    arrival = Arrival("1.2.3", "10.0.0.7", 80, ("this machine does not reach it",))
    outcome = Outcome(FLASHED, "1.2.3", PLAN, 9, arrival)
    refused = NoAnswerError(Why.SILENT, "refused")
    assert said_of(outcome, capsys, monkeypatch, refused) == [
        "picotemp 1.2.3 runs; its address is http://10.0.0.7/",
        "note: this machine does not reach it",
    ]


@pytest.mark.parametrize(
    ("outcome", "said"),
    [
        (
            Outcome(FLASHED, "1.2.3", PLAN, 9, Arrival("1.2.3", notes=("no Wi-Fi",))),
            ["picotemp 1.2.3 runs", "note: no Wi-Fi"],
        ),
        (
            Outcome(UP_TO_DATE, "1.2.3", PLAN, leftovers=("/picotemp",)),
            [
                f"up to date: picotemp 1.2.3 ({PLAN.folder})",
                "note: left by a plain copy, unused: /picotemp (--yes removes it)",
            ],
        ),
        (
            Outcome(PLANNED, "1.2.3", PLAN, 9),
            ["nothing is done: this was a dry run"],
        ),
    ],
)
def test_whatever_came_of_it_is_told(
    outcome: Outcome,
    said: list[str],
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    assert said_of(outcome, capsys, monkeypatch) == said
