"""In: folders with programs. Out: which of them are run, and the remedy without."""

from pathlib import Path

import pytest

from picotemp_tools.smoke.programs import UNPACKED, MissingError, find_programs


def put(folder: Path, name: str) -> str:
    """Put a program into a folder."""
    folder.mkdir(parents=True, exist_ok=True)
    file = folder / name
    file.write_text("#!/bin/sh\n")
    file.chmod(0o755)
    return str(file)


@pytest.fixture(autouse=True)
def _elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "here").mkdir()
    monkeypatch.chdir(tmp_path / "here")
    monkeypatch.setenv("PATH", str(tmp_path / "path"))


def test_what_make_unpacked_comes_before_path(tmp_path: Path) -> None:
    put(tmp_path / "path", "prometheus")
    ours = put(tmp_path / "here" / UNPACKED, "prometheus")
    assert find_programs().prometheus == ours


@pytest.mark.parametrize("name", ["alertmanager", "prometheus-alertmanager"])
def test_alertmanager_is_known_by_both_its_names(tmp_path: Path, name: str) -> None:
    put(tmp_path / "path", "prometheus")
    assert find_programs().alertmanager is None
    found = put(tmp_path / "path", name)
    assert find_programs().alertmanager == found


def test_without_prometheus_the_remedy_is_told() -> None:
    with pytest.raises(MissingError) as told:
        find_programs()
    assert str(told.value) == (
        "there is no Prometheus: install one (Debian: `apt install prometheus`; else "
        "a release of prometheus.io) and put it on PATH or under "
        ".cache/servers/usr/bin; `make smoke` fetches one where there is apt-get"
    )
