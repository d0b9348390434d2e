"""In: the firmware's sources. Out: the same program each time, named by its content."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import picotemp
from picotemp_tools.flash.planning.program import Program, build, folder_name

FIRMWARE = Path(picotemp.__file__).parents[1]
MODULES = {path.stem for path in (FIRMWARE / "picotemp").glob("*.py")}

file_sets = st.dictionaries(st.sampled_from(["a", "b", "a/b"]), st.binary(max_size=3))


@pytest.fixture(scope="module")
def compiled() -> Program:
    return build()


def test_it_is_every_module_compiled_and_microdot(compiled: Program) -> None:
    expected = {f"picotemp/{name}.mpy" for name in MODULES} | {"microdot.mpy"}
    assert set(compiled.files) == expected
    assert all(content[:2] == b"M\x06" for content in compiled.files.values())


def test_main_stays_source_and_is_kept_apart(compiled: Program) -> None:
    assert compiled.main == (FIRMWARE / "main.py").read_bytes()
    assert compiled.version == picotemp.__version__


def test_the_same_sources_give_the_same_program(compiled: Program) -> None:
    assert build() == compiled


def test_uncompiled_it_is_the_sources_in_a_folder_of_its_own(compiled: Program) -> None:
    plain = build(is_compiled=False)
    expected = {f"picotemp/{name}.py" for name in MODULES} | {"microdot.mpy"}
    assert set(plain.files) == expected
    assert plain.main == compiled.main
    assert plain.folder != compiled.folder


def test_its_folder_is_a_name_that_main_can_read(compiled: Program) -> None:
    assert len(compiled.folder) == 12
    assert int(compiled.folder, 16) >= 0


@given(file_sets, file_sets)
def test_two_programs_have_one_folder_only_where_they_are_equal(
    one: dict[str, bytes], other: dict[str, bytes]
) -> None:
    assert (folder_name(one) == folder_name(other)) == (one == other)
    assert folder_name(dict(reversed(one.items()))) == folder_name(one)
