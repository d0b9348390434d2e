"""In: the patches beside this file. Out: a table; each must turn its named test red.

A patch begins with `rule: what it breaks` and `test: the node id that must go red`.
Words on the command line choose the patches whose names contain one of them.
"""

import os
import subprocess
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import working_tree

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
WORKERS = 2
TEST_SECONDS = 400
# What pytest says; anything but "ran and failed" proves nothing.
ALL_PASSED, TESTS_FAILED, UNKNOWN = 0, 1, 2
# Each run has boards at addresses of its own, 127.<this and up>.x.y.
FIRST_NETWORK = 60


@dataclass(frozen=True)
class Mutant:
    """One patch and the test that guards the rule it breaks."""

    name: str
    rule: str
    test: str
    patch: Path


def mutants() -> list[Mutant]:
    """Read all patches."""
    return [_read(path) for path in sorted(HERE.glob("*.patch"))]


def main(words: list[str]) -> int:
    """Run the chosen mutants; give 0 when every one was found out."""
    chosen = [m for m in mutants() if not words or any(w in m.name for w in words)]
    if not chosen:
        print(f"no mutant has {' or '.join(words)} in its name")
        return 2
    print("first the same tests on the unbroken tree: they must be green ...")
    green, seen = _run(sorted({mutant.test for mutant in chosen}), None, FIRST_NETWORK)
    if green != ALL_PASSED:
        print(f"they are not: {seen}")
        return 1
    survivors = 0
    with ThreadPoolExecutor(WORKERS) as pool:
        for mutant, (code, seen) in zip(
            chosen, pool.map(_break, enumerate(chosen)), strict=True
        ):
            red = code == TESTS_FAILED
            survivors += not red
            verdict = "red, as it must be" if red else f"NOT FOUND OUT: {seen}"
            print(f"{mutant.rule:60} {verdict}", flush=True)
    print(f"{len(chosen) - survivors} of {len(chosen)} broken rules were found out")
    return 1 if survivors else 0


def _break(numbered: tuple[int, Mutant]) -> tuple[int, str]:
    number, mutant = numbered
    return _run([mutant.test], mutant.patch, FIRST_NETWORK + number)


def _read(path: Path) -> Mutant:
    head = dict(
        line.split(": ", 1)
        for line in path.read_text().split("\n--- ", 1)[0].splitlines()
        if ": " in line
    )
    return Mutant(path.stem, head["rule"], head["test"], path)


def _run(tests: list[str], patch: Path | None, network: int) -> tuple[int, str]:
    """Run tests on a copy of the tree, broken or not: (exit code, what was seen)."""
    with tempfile.TemporaryDirectory(prefix="picotemp-mutant-") as folder:
        tree = Path(folder) / "tree"
        working_tree.copy(tree)
        (tree / ".cache").symlink_to(ROOT / ".cache")
        if patch:
            subprocess.run(["git", "apply", str(patch)], cwd=tree, check=True)
        return _pytest(tests, tree, network)


def _pytest(tests: list[str], tree: Path, network: int) -> tuple[int, str]:
    sources = (str(tree / name) for name in ("firmware", "collector", "tools"))
    environment = os.environ | {
        "PYTHONPATH": os.pathsep.join(sources),
        "PICOTEMP_TEST_NETWORK": str(network),
    }
    command = [sys.executable, "-m", "pytest", "-x", "-p", "no:cacheprovider", *tests]
    try:
        result = subprocess.run(
            command,
            cwd=tree,
            env=environment,
            capture_output=True,
            text=True,
            timeout=TEST_SECONDS,
        )
    except subprocess.TimeoutExpired:
        return UNKNOWN, "the tests did not end"
    lines = result.stdout.strip().splitlines()
    return result.returncode, lines[-1] if lines else result.stderr


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
