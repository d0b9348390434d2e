"""In: files that are good, torn, closed, gone. Out: their devices, the last good."""

import os
from pathlib import Path

import pytest

from picotemp_collector.sources import file_listing
from picotemp_collector.sources.file_source import FileSource


class Files:
    """A folder of file_sd files, and a source that reads it."""

    def __init__(self, folder: Path, pattern: str = "*.yml") -> None:
        self.folder = folder
        self.source = FileSource(f"{folder}/{pattern}")

    def write(self, name: str, *targets: str) -> Path:
        path = self.folder / name
        path.write_text("".join(f"- targets: ['{target}']\n" for target in targets))
        return path

    async def read(self) -> list[str]:
        await self.source.refresh(lambda: 7.0)
        return [one.settings.url.name for one in self.source.kept.entries]

    @property
    def problems(self) -> list[str]:
        told = self.source.kept.problems
        return [problem.removeprefix(f"{self.folder}/") for problem in told]


@pytest.fixture
def files(tmp_path: Path) -> Files:
    return Files(tmp_path)


async def test_all_files_of_a_pattern_are_read_in_the_order_of_their_names(
    files: Files,
) -> None:
    files.write("b.yml", "10.0.0.2")
    files.write("a.yml", "10.0.0.3", "10.0.0.1")
    assert await files.read() == ["10.0.0.3", "10.0.0.1", "10.0.0.2"]
    assert files.source.kept.is_current
    assert files.source.kept.last_success_unix_seconds == 7.0


@pytest.mark.parametrize(
    ("torn", "why"),
    [
        ("- targets: ['10.0.0.9", "not YAML: line 1: found unexpected end of stream"),
        ("", f"{file_listing.EMPTY}"),
        ("\n", f"{file_listing.EMPTY}"),
        ("# soon\n", "expected a list of target groups, given nothing"),
        ("- target: []", "group 1: target: unknown field; did you mean targets?"),
    ],
)
async def test_a_file_that_is_half_written_or_wrong_keeps_its_devices(
    torn: str, why: str, files: Files
) -> None:
    files.write("a.yml", "10.0.0.1")
    files.write("b.yml", "10.0.0.2")
    await files.read()
    (files.folder / "a.yml").write_text(torn)
    files.write("b.yml", "10.0.0.3")
    assert await files.read() == ["10.0.0.1", "10.0.0.3"]
    assert files.problems == [f"a.yml: {why}"]
    assert not files.source.kept.is_current
    assert files.source.kept.failure_count == 1
    files.write("a.yml", "10.0.0.4")
    assert await files.read() == ["10.0.0.4", "10.0.0.3"]
    assert files.problems == []


async def test_a_wrong_file_from_the_start_lists_nobody_and_costs_nobody(
    files: Files,
) -> None:
    (files.folder / "a.yml").write_text("{")
    files.write("b.yml", "10.0.0.2")
    assert await files.read() == ["10.0.0.2"]


async def test_a_file_that_is_gone_takes_its_devices_with_it(files: Files) -> None:
    files.write("a.yml", "10.0.0.1")
    files.write("b.yml", "10.0.0.2")
    await files.read()
    (files.folder / "a.yml").unlink()
    assert await files.read() == ["10.0.0.2"]
    assert files.problems == []
    assert files.source.kept.is_current


async def test_a_plain_path_without_a_file_is_told(tmp_path: Path) -> None:
    files = Files(tmp_path, "only.yml")
    path = files.write("only.yml", "10.0.0.1")
    assert await files.read() == ["10.0.0.1"]
    path.unlink()
    assert await files.read() == []
    assert files.problems == [
        "only.yml: no such file; write it, or take its path out",
    ]


async def test_a_file_that_cannot_be_read_keeps_its_devices(
    files: Files, monkeypatch: pytest.MonkeyPatch
) -> None:
    files.write("a.yml", "10.0.0.1")
    await files.read()

    def refuse(_path: str, _flags: int) -> int:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(os, "open", refuse)
    assert await files.read() == ["10.0.0.1"]
    assert files.problems == ["a.yml: cannot be read: permission denied"]


async def test_a_folder_that_cannot_be_listed_keeps_its_devices(
    files: Files, monkeypatch: pytest.MonkeyPatch
) -> None:
    files.write("a.yml", "10.0.0.1")
    await files.read()

    def refuse(_folder: str) -> list[str]:
        raise OSError(116, "Stale file handle")

    monkeypatch.setattr(os, "listdir", refuse)
    assert await files.read() == ["10.0.0.1"]
    assert files.problems == ["*.yml: cannot be listed: stale file handle"]


async def test_a_pipe_that_nobody_writes_to_holds_up_nobody(files: Files) -> None:
    os.mkfifo(files.folder / "a.yml")
    (files.folder / "b.yml").mkdir()
    files.write("c.yml", "10.0.0.1")
    assert await files.read() == ["10.0.0.1"]
    assert files.problems == [
        "a.yml: not a file",
        "b.yml: cannot be read: is a directory",
    ]


async def test_a_file_without_end_is_not_read_to_it(
    files: Files, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = files.write("a.yml", "10.0.0.1")
    monkeypatch.setattr(file_listing, "MOST_BYTES", path.stat().st_size)
    assert await files.read() == ["10.0.0.1"]
    files.write("a.yml", "10.0.0.12")
    assert await files.read() == ["10.0.0.1"]
    assert files.problems == [f"a.yml: more than {file_listing.MOST_BYTES} bytes"]


async def test_json_is_read_whatever_the_case_of_its_suffix(tmp_path: Path) -> None:
    files = Files(tmp_path, "*.JSON")
    (tmp_path / "a.JSON").write_text('[{"targets":\t["10.0.0.1"]}]')
    assert await files.read() == ["10.0.0.1"]


async def test_bad_targets_are_told_as_long_as_their_list_is_in_force(
    files: Files,
) -> None:
    files.write("a.yml", "10.0.0.1", "10.0.0.300")
    assert await files.read() == ["10.0.0.1"]
    first = files.problems
    assert [problem.partition(": expected")[0] for problem in first] == [
        "a.yml: group 2: target 1"
    ]
    assert files.source.kept.is_current
    await files.read()
    assert files.problems == first
