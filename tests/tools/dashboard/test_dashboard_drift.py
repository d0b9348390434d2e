"""In: the dashboard's file, as it is or changed. Out: no drift, or one line."""

import subprocess
import sys
from pathlib import Path

from collector.deploy.dashboard_panels import FILE


def dashboard(*arguments: str | Path) -> tuple[int, str]:
    """Run the generator; give its exit code and what it says.

    In a process of its own: the SDK warns when it is imported.
    """
    result = subprocess.run(
        [sys.executable, "-m", "picotemp_tools.dashboard", *map(str, arguments)],
        capture_output=True,
        text=True,
    )
    return result.returncode, result.stdout + result.stderr


def drift(file: Path, line_number: int) -> tuple[int, str]:
    return 1, (
        f"{file} differs from what the generator writes, from line {line_number} on: "
        "change tools/picotemp_tools/dashboard/, then run make dashboard\n"
    )


def test_the_committed_file_is_what_the_generator_writes(tmp_path: Path) -> None:
    file = tmp_path / "picotemp.json"
    assert dashboard(file) == (0, "")
    assert file.read_bytes() == FILE.read_bytes()
    assert dashboard("--check") == (0, "")


def test_drift_is_told_in_one_line_and_nothing_is_written(tmp_path: Path) -> None:
    file = tmp_path / "picotemp.json"
    assert dashboard("--check", file) == drift(file, 1)
    assert not file.exists()
    changed = FILE.read_text().replace('"title": "picotemp"', '"title": "mine"')
    file.write_text(changed)
    line_number = changed[: changed.index('"title": "mine"')].count("\n") + 1
    assert dashboard("--check", file) == drift(file, line_number)
    assert file.read_text() == changed


def test_the_end_of_the_file_counts_too(tmp_path: Path) -> None:
    file = tmp_path / "picotemp.json"
    right = FILE.read_text()
    file.write_text(right.removesuffix("\n"))
    assert dashboard("--check", file) == drift(file, right.count("\n") + 1)


def test_people_can_read_the_file() -> None:
    lines = FILE.read_text(encoding="utf-8").split("\n")
    assert lines[0] == "{"
    assert lines[1].startswith('  "')
    assert lines[-2:] == ["}", ""]
    assert any("°C" in line for line in lines)
