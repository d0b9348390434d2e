"""In: the patches under tests/mutants. Out: each fits the tree and names a test."""

import re
import subprocess
from pathlib import Path

import pytest

import working_tree
from mutants.run import Mutant, mutants

MUTANTS = mutants()


@pytest.mark.parametrize("mutant", MUTANTS, ids=lambda mutant: mutant.name)
def test_a_mutant_fits_the_tree_and_names_a_test(mutant: Mutant) -> None:
    fits = subprocess.run(
        ["git", "apply", "--check", str(mutant.patch)],
        cwd=working_tree.ROOT,
        capture_output=True,
        text=True,
    )
    assert (fits.returncode, fits.stderr) == (0, "")
    path, _, name = mutant.test.partition("::")
    source = (working_tree.ROOT / path).read_text()
    assert re.search(rf"^(async )?def {name.partition('[')[0]}\(", source, re.MULTILINE)


def test_every_room_has_a_mutant() -> None:
    broken = {
        match[1]
        for mutant in MUTANTS
        for match in re.finditer(
            r"^\+\+\+ b/(\w+)/", Path(mutant.patch).read_text(), re.M
        )
    }
    assert broken >= {"firmware", "collector", "tools"}
