"""In: large texts, one after another. Out: memory that is not fetched anew for each."""

import subprocess
import sys
from pathlib import Path

import pytest

# As a scrape does: the last text is there until the next one is.
TEXTS = """
import resource
from picotemp_collector.metrics.allocator import keep_freed_memory
keep_freed_memory()
line = b"x" * 1024
text = b""
for number in range(12):
    if number == 6:
        before = resource.getrusage(resource.RUSAGE_SELF).ru_minflt
    # Polls come between, whose lines take other places; and the text grows.
    lines = [bytes([number]) * 1000 for _ in range(100)]
    text = b"".join([line] * (4096 + number))
print(resource.getrusage(resource.RUSAGE_SELF).ru_minflt - before)
"""
PAGES_OF_A_TEXT = 1024


@pytest.mark.skipif(
    not Path("/proc/self/smaps").exists(), reason="only glibc can be told, on Linux"
)
def test_the_memory_of_a_text_is_there_for_the_next() -> None:
    command = [sys.executable, "-c", TEXTS]
    told = subprocess.run(command, capture_output=True, check=True).stdout
    assert int(told) < PAGES_OF_A_TEXT
