"""In: work without an end. Out: it ends with the block, and a bug in it is told."""

import asyncio

import pytest

from picotemp_collector.background import at_work


async def test_work_ends_with_the_block_and_a_bug_ends_no_other(
    caplog: pytest.LogCaptureFixture,
) -> None:
    story: list[str] = []

    async def faithful() -> None:
        try:
            await asyncio.Event().wait()
        finally:
            story.append("ended")

    async def buggy() -> None:
        raise RuntimeError("oops")

    async with at_work(faithful(), buggy()):
        await asyncio.sleep(0.01)
        assert story == []
    assert story == ["ended"]
    assert "buggy" in caplog.records[0].message
    assert len(caplog.records) == 1
