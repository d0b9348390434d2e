"""In: calls that give, fail, hang. Out: what they give; nobody waits for a thread."""

import asyncio
import gc
from threading import Event, Thread, current_thread

import pytest

from picotemp_collector import daemon_thread
from picotemp_collector.daemon_thread import begin, in_daemon_thread, result_of


async def test_what_a_call_gives_or_raises_comes_from_its_thread() -> None:
    assert await in_daemon_thread(lambda: current_thread().name, "reads") == "reads"
    with pytest.raises(ZeroDivisionError):
        await in_daemon_thread(lambda: 1 // 0, "fails")


async def test_an_error_that_nobody_waits_for_is_not_told(
    caplog: pytest.LogCaptureFixture,
) -> None:
    end = Event()

    def fail() -> None:
        end.wait(30)
        raise OSError(116, "Stale file handle")

    ended = begin(fail, "fails late")
    waiting = asyncio.create_task(result_of(ended))
    await asyncio.sleep(0)
    waiting.cancel()
    end.set()
    await asyncio.wait({waiting, ended})
    del waiting, ended
    gc.collect()
    assert caplog.records == []


async def test_without_another_thread_it_is_tried_again(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(daemon_thread, "NEXT_TRY_SECONDS", 0.0)
    start, tries = Thread.start, []

    def start_third(thread: Thread) -> None:
        tries.append(thread)
        if len(tries) < 3:
            raise RuntimeError("can't start new thread")
        start(thread)

    monkeypatch.setattr(Thread, "start", start_third)
    assert await in_daemon_thread(lambda: "given", "works") == "given"
