"""In: files that change, come, go and are swapped by links. Out: each is a change."""

import os
from pathlib import Path

import pytest

from picotemp_collector.sources.file_watch import FileWatch
from picotemp_collector.sources.paths import matches


def swap_link(link: Path, target: str) -> None:
    """Turn a link the way Kubernetes does: by one rename."""
    temporary = link.with_name("..data_tmp")
    temporary.symlink_to(target)
    temporary.rename(link)


def test_nothing_changed_is_no_change(tmp_path: Path) -> None:
    (tmp_path / "a.yml").write_text("a")
    watch = FileWatch([tmp_path / "a.yml", f"{tmp_path}/*.json", tmp_path / "gone"])
    assert not watch.changed()
    assert not watch.changed()


def test_a_change_is_told_once(tmp_path: Path) -> None:
    file = tmp_path / "a.yml"
    file.write_text("a")
    watch = FileWatch([file])
    file.write_text("ab")
    assert watch.changed()
    assert not watch.changed()


def test_a_file_of_equal_size_that_takes_its_place_is_a_change(tmp_path: Path) -> None:
    file, other = tmp_path / "a.yml", tmp_path / "b"
    file.write_text("a")
    other.write_text("b")
    os.utime(other, ns=(0, file.stat().st_mtime_ns))
    watch = FileWatch([file])
    other.rename(file)
    assert watch.changed()


def test_a_file_that_comes_and_goes_is_a_change(tmp_path: Path) -> None:
    watch = FileWatch([f"{tmp_path}/*.yml", tmp_path / "plain.json"])
    for name in ("a.yml", "plain.json"):
        (tmp_path / name).touch()
        assert watch.changed()
        (tmp_path / name).unlink()
        assert watch.changed()
    (tmp_path / "another.txt").touch()
    assert not watch.changed()


def test_a_folder_that_comes_later_is_a_change(tmp_path: Path) -> None:
    watch = FileWatch([f"{tmp_path}/later/*.yml"])
    assert not watch.changed()
    (tmp_path / "later").mkdir()
    (tmp_path / "later/a.yml").touch()
    assert watch.changed()


def test_the_swap_of_kubernetes_is_a_change(tmp_path: Path) -> None:
    for version in ("..1", "..2"):
        (tmp_path / version).mkdir()
        (tmp_path / version / "a.yml").write_text("same")
    (tmp_path / "..data").symlink_to("..1")
    (tmp_path / "a.yml").symlink_to("..data/a.yml")
    watch = FileWatch([f"{tmp_path}/*.yml"])
    swap_link(tmp_path / "..data", "..2")
    assert watch.changed()
    assert not watch.changed()


def test_a_file_that_may_be_read_at_last_is_a_change(tmp_path: Path) -> None:
    file = tmp_path / "a.yml"
    file.touch(mode=0o000)
    watch = FileWatch([file])
    file.chmod(0o644)
    assert watch.changed()


def test_what_cannot_be_looked_at_is_no_error(tmp_path: Path) -> None:
    loop = tmp_path / "loop.yml"
    loop.symlink_to(loop)
    watch = FileWatch([loop, "/dev/null/*.yml", "x" * 5000, f"{'x' * 5000}/*.yml"])
    assert not watch.changed()


@pytest.mark.parametrize(
    ("pattern", "found"),
    [
        ("*.yml", [".h.yml", "a.yml", "b[1].yml"]),
        ("a*.yml", ["a.yml"]),
        ("b[1].yml", ["b[1].yml"]),
        ("nobody.yml", ["nobody.yml"]),
        ("*", [".h.yml", "a.json", "a.yml", "b[1].yml"]),
    ],
)
def test_a_star_stands_for_anything_and_nothing_else_is_special(
    pattern: str, found: list[str], tmp_path: Path
) -> None:
    for name in ("b[1].yml", "a.yml", "a.json", ".h.yml"):
        (tmp_path / name).touch()
    assert matches(f"{tmp_path}/{pattern}") == tuple(f"{tmp_path}/{n}" for n in found)
