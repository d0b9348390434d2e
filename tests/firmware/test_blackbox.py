"""In: a run that ends. Out: the next one tells of it, and how old that is."""

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from picotemp.blackbox import (
    REASON_MOST_BYTES,
    RECORD_MOST_BYTES,
    BlackBox,
)
from picotemp.log import Log

from .conftest import Micropython
from .fake_chip import FakeChip
from .serial_line import events

# Together with the rest of GET /info below the 4 KiB that the collector reads.
LAST_RUN_MOST_BYTES = 2500
TEXT = st.text(alphabet=st.characters(exclude_categories=["Cs"]))


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "lastrun.json"


def new(path: Path, log: Log | None = None, chip: FakeChip | None = None) -> BlackBox:
    """Give the black box of a run."""
    chip = chip or FakeChip()
    return BlackBox(chip, log or Log(chip), str(path))


def found(path: Path, is_whole: bool = True, cause: str = "exception") -> object:
    """Give what the next run tells of this one, five minutes after its start."""
    following = new(path)
    following.load(is_whole)
    return following.last_run(cause, 300_999)


def test_the_next_run_tells_why_and_the_last_lines(path: Path) -> None:
    chip = FakeChip()
    log = Log(chip)
    chip.later_ms = 12_345
    log.info("joined", address="10.0.0.7")
    assert new(path, log, chip).save("exception", "Traceback ...\nValueError: x")
    assert found(path) == {
        "ended_by": "exception",
        "saved": "exception",
        "reason": "Traceback ...\nValueError: x",
        "uptime_s": 12,
        "lines": ["t=12.345 level=info event=joined address=10.0.0.7"],
        "age_s": 300,
        "is_whole": True,
        "note": "",
    }


@pytest.mark.parametrize("cause", ["watchdog", "power"])
def test_after_a_bite_or_a_power_cut_it_says_that_the_end_is_missing(
    path: Path, cause: str
) -> None:
    new(path).save("running")
    told = found(path, is_whole=False, cause=cause)
    assert isinstance(told, dict)
    assert (told["ended_by"], told["is_whole"], told["age_s"]) == (cause, False, None)
    assert told["note"] == "saved before the end; what came after it is lost"


def test_the_record_is_of_the_last_run_alone(path: Path) -> None:
    new(path).save("exception", "the run before the last one")
    assert found(path)
    assert found(path) is None


def test_for_a_recovery_it_stays_until_the_program_has_it(path: Path) -> None:
    new(path).save("exception", "why there is a recovery")
    for stays in (True, True, False):
        box = new(path)
        box.load(True, stays)
        assert box.last_run("", 0)
    assert not path.exists()


def test_a_record_that_cannot_be_removed_is_told_all_the_same(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(_: object) -> None:
        raise OSError(30)

    new(path).save("exception", "x")
    monkeypatch.setattr("picotemp.blackbox.os.remove", fail)
    assert found(path)


def test_nothing_saved_is_told_as_nothing(path: Path) -> None:
    assert new(path).last_run("power", 0) is None
    assert found(path) is None


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"{",
        b"null",
        b"[]",
        b"{}",
        b"\xff\xfe",
        b"[" * 2000,
        b"7" * 5000,
        b'{"saved": 1, "uptime_s": 1, "reason": "", "lines": []}',
        b'{"saved": "x", "uptime_s": 1, "reason": "", "lines": "ab"}',
        b'{"saved": "x", "uptime_s": 1, "reason": "", "lines": [1]}',
        b'{"saved": "x", "uptime_s": NaN, "reason": "", "lines": []}',
        b'{"saved": "x", "uptime_s": 1, "reason": "", "lines": [], "more": 1}',
    ],
)
def test_garbage_is_told_as_nothing_and_stops_no_boot(
    path: Path, content: bytes, micropython: Micropython
) -> None:
    path.write_bytes(content)
    assert found(path) is None
    code = (
        "from picotemp.blackbox import BlackBox\n"
        "from picotemp.chip import Chip\n"
        "class Still(Chip):\n def uptime_ms(self): return 0\n"
        f"box = BlackBox(Still(), None, {str(path)!r})\n"
        "box.load(True)\nprint(box.last_run('power', 0))"
    )
    assert micropython(code) == "None\n"


@given(st.binary(max_size=300))
def test_no_bytes_at_all_stop_a_boot(
    tmp_path_factory: pytest.TempPathFactory, content: bytes
) -> None:
    path = tmp_path_factory.mktemp("flash") / "lastrun.json"
    path.write_bytes(content)
    assert found(path) is None


@given(st.lists(TEXT, max_size=15), TEXT.map(lambda text: text * 40))
def test_what_is_told_stays_small_and_is_what_was_saved(
    tmp_path_factory: pytest.TempPathFactory, words: list[str], traceback: str
) -> None:
    path = tmp_path_factory.mktemp("flash") / "lastrun.json"
    chip = FakeChip()
    log = Log(chip)
    for word in words:
        log.info("something", word=word * 20)
    assert new(path, log, chip).save("exception", traceback)
    assert path.stat().st_size <= RECORD_MOST_BYTES
    told = found(path)
    assert isinstance(told, dict)
    assert len(json.dumps(told).encode()) <= LAST_RUN_MOST_BYTES
    assert traceback.endswith(told["reason"])
    kept = len(told["lines"])
    # The newest lines are the ones that stay.
    assert told["lines"] == log.lines[len(log.lines) - kept :]


def test_the_end_of_a_long_traceback_is_kept(path: Path) -> None:
    traceback = "Traceback\n" * 200 + "ValueError: the reason"
    new(path).save("exception", traceback)
    told = found(path)
    assert isinstance(told, dict)
    assert told["reason"].endswith("ValueError: the reason")
    size = len(json.dumps(told["reason"]).encode())
    assert REASON_MOST_BYTES - 10 <= size <= REASON_MOST_BYTES


def test_a_full_flash_is_told_and_is_no_failure(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    box = new(tmp_path / "no such folder" / "lastrun.json")
    assert box.save("running") is False
    [told] = events(capsys.readouterr().out, "blackbox_failed")
    assert told["level"] == "warning"


def test_r5_an_exception_while_saving_leaves_what_was_saved_before(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    new(path).save("exception", "the old one")

    def fail(_: object, __: object) -> None:
        raise OSError(28, "no space")

    monkeypatch.setattr("picotemp.blackbox.os.rename", fail)
    assert new(path).save("exception", "the new one") is False
    told = found(path)
    assert isinstance(told, dict)
    assert told["reason"] == "the old one"
